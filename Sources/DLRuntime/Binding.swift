import CDLRuntime

/// The values of an entry's open dimensions, and the shapes that follow.
struct Binding {
  private(set) var symbols: [Int64]
  let inputShapes: [[Int]]
  let outputShapes: [[Int]]

  init(_ entry: Entry, inputs: [Tensor], symbols demanded: [String: Int]) throws(RuntimeError) {
    guard inputs.count == entry.inputs.count else {
      throw .wrongArgument("'\(entry.name)' has \(entry.inputs.count) inputs, not \(inputs.count)")
    }
    var values = entry.symbols.map { Int64(demanded[$0.name] ?? -1) }
    if let unknown = demanded.keys.sorted().first(where: { name in
      !entry.symbols.contains { $0.name == name }
    }) {
      throw .wrongArgument("'\(entry.name)' has no open dimension '\(unknown)'")
    }
    var dimensions = [Int64](repeating: 0, count: Int(dlc_entry_rank_sum(entry.descriptor)) + 1)
    let failure = Binding.withArguments(inputs) { arguments in
      failureMessage { dlc_entry_bind(entry.descriptor, arguments, &values, &dimensions, $0, $1) }
    }
    if let failure { throw .wrongArgument(failure) }
    var rest = dimensions.map { Int($0) }[...]
    func takeShape(_ description: TensorDescription) -> [Int] {
      defer { rest = rest.dropFirst(description.dimensions.count) }
      return Array(rest.prefix(description.dimensions.count))
    }
    symbols = values
    inputShapes = entry.inputs.map(takeShape)
    outputShapes = entry.outputs.map(takeShape)
  }

  private static func withArguments<Result>(
    _ inputs: [Tensor], _ body: (UnsafePointer<dlc_argument>?) -> Result
  ) -> Result {
    let extents = inputs.flatMap { $0.shape.map(Int64.init) }
    return extents.withUnsafeBufferPointer { extents in
      var offset = 0
      let arguments = inputs.map { input in
        defer { offset += input.shape.count }
        return dlc_argument(
          type: input.elementType.rawValue, rank: Int32(input.shape.count),
          extents: extents.baseAddress.map { $0 + offset })
      }
      return arguments.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }
}
