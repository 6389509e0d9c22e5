import DLGraph

/// An input of a model, as far as it says how a file of examples is cut into calls.
package struct ExampleInput: Hashable, Sendable {
  package var name: String
  package var elementType: ElementType
  package var rank: Int
  /// The extent of the first axis, which counts the examples; nil where it is open.
  package var batch: Int?
  /// The greatest extent of the first axis, where there is one.
  package var batchLimit: Int?

  package init(name: String, elementType: ElementType, rank: Int, batch: Int?, batchLimit: Int?) {
    self.name = name
    self.elementType = elementType
    self.rank = rank
    self.batch = batch
    self.batchLimit = batchLimit
  }
}

extension Graph {
  /// The inputs; nil where some are no tensors that a caller passes.
  package var exampleInputs: [ExampleInput]? {
    guard inputs.allSatisfy({ $0.role == .tensor }) else { return nil }
    return inputs.map { input in
      let type = type(of: input.value)
      return ExampleInput(
        name: input.name, elementType: type.elementType, rank: type.rank,
        batch: type.shape.first?.constantValue, batchLimit: type.shape.first?.upperBound)
    }
  }
}

extension [ExampleInput] {
  /// The most examples of a batch where its size is open.
  private static let batchLimit = 8

  /// Tensors cut into inputs of one call after the other; nil where one is missing, or of another type or rank.
  ///
  /// - Parameter tensors: by the names of inputs; the first axis counts the examples.
  package func batches(of tensors: [String: Literal]) -> [[Literal]]? {
    guard !isEmpty else { return [[]] }
    var sizes: Set<Int> = []
    var counts: Set<Int> = []
    for input in self {
      guard let tensor = tensors[input.name], tensor.elementType == input.elementType,
        tensor.shape.count == input.rank, let count = tensor.shape.first
      else { return nil }
      counts.insert(count)
      sizes.insert(input.batch ?? Swift.min(input.batchLimit ?? count, Self.batchLimit))
    }
    guard counts.count == 1, sizes.count == 1, let count = counts.first, let size = sizes.first, size > 0
    else { return nil }
    let end = self[0].batch == nil ? count : count / size * size
    return stride(from: 0, to: end, by: size).map { start in
      compactMap { tensors[$0.name]?.rows(start..<Swift.min(start + size, end)) }
    }
  }
}

extension Literal {
  /// Some of the indices of the first axis.
  fileprivate func rows(_ range: Range<Int>) -> Literal {
    let bytes = byteCount / max(shape[0], 1)
    return Literal(elementType, shape: [range.count] + shape.dropFirst()) { target in
      withUnsafeBytes { source in
        target.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[range.lowerBound * bytes..<range.upperBound * bytes]))
      }
    }
  }
}
