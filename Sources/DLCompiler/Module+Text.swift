import DLGraph

extension Module {
  /// The text form.
  ///
  /// - Parameter showingSites: whether each node says where in the source it comes from.
  public func text(showingSites: Bool) -> String { GraphText(self, sites: showingSites).text }

  /// A line for each entry point: `forward(image: f32[B, 1, 8, 8]) -> (output: f32[B, 10])`.
  public var signatures: [String] {
    graphs.map { graph in
      let inputs = graph.inputs.filter { $0.role == .tensor }.map {
        "\($0.name): \(graph.type(of: $0.value))"
      }
      let outputs = graph.outputs.filter { $0.role == .tensor }.map {
        "\($0.name): \(graph.type(of: $0.value))"
      }
      return "\(graph.name)(\(inputs.joined(separator: ", "))) -> (\(outputs.joined(separator: ", ")))"
    }
  }

  /// The names of the inputs that a caller passes, of all functions.
  var tensorInputs: Set<String> {
    Set(graphs.flatMap { graph in graph.inputs.filter { $0.role == .tensor }.map(\.name) })
  }
}
