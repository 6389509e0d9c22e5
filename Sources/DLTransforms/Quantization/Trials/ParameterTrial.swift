import DLGraph
import DLLoops
import DLOperations

/// Measures what it costs to make each parameter of a graph smaller alone: by zeros, or by storing it in fewer bits.
///
/// What static quantization costs is measured by `QuantizationTrial`.
package struct ParameterTrial {
  /// The parameters that the recipe changes so.
  package let parameters: [String]
  /// The graph with one more input, `switches`: a `bool` for each parameter that is to be smaller.
  private let graph: Graph

  /// How many examples are enough to compare the parameters with each other.
  private static let exampleLimit = 16

  /// - Parameters:
  ///   - graph: the graph with constant weights, of which nothing is smaller.
  ///   - pruned: likewise with the zeros of the recipe.
  /// - Returns: nil where the graphs differ in more than numbers: channels were removed.
  package init?(_ graph: Graph, pruned: Graph, recipe: Recipe, target: TargetDescription) throws {
    guard graph.nodes.count == pruned.nodes.count,
      zip(graph.values, pruned.values).allSatisfy({ $0.type == $1.type })
    else { return nil }
    var uses: [Int: CompressedUse] = [:]
    for (index, node) in graph.nodes.enumerated() {
      guard let operand = node.operation.weightOperand,
        let exact = graph.definingNode(of: node.operands[operand])?.operation as? Constant,
        let zeroed = pruned.definingNode(of: pruned.nodes[index].operands[operand])?.operation as? Constant,
        let name = exact.parameterName, exact.literal.elementType == .f32,
        recipe.isStoredNarrower(name) || exact.literal != zeroed.literal
      else { continue }
      uses[index] = CompressedUse(
        node: node, operands: node.operands, weights: zeroed.literal, parameter: name,
        prefersBounded: target.prefersBoundedBytes)
    }
    parameters = Set(uses.values.map(\.parameter)).sorted()
    let places = Dictionary(uniqueKeysWithValues: parameters.enumerated().map { ($1, $0) })
    var result = Graph(name: graph.name, symbols: graph.symbols)
    var mapping: [ValueID: ValueID] = [:]
    for input in graph.inputs {
      mapping[input.value] = result.addInput(input.name, graph.type(of: input.value), role: input.role)
    }
    let switches = result.addInput("switches", TensorType(.bool, [Dimension(max(parameters.count, 1))]))
    for (index, node) in graph.nodes.enumerated() {
      let operands = node.operands.compactMap { mapping[$0] }
      var values = try result.append(node.operation, operands, sites: node.sites)
      if let use = uses[index], let place = places[use.parameter] {
        let smaller = try use.appended(to: &result, operands, recipe)
        values[0] = try result.appendChoice(switches, place, smaller, values[0])
      }
      for (old, new) in zip(node.results, values) { mapping[old] = new }
    }
    result.outputs = graph.outputs.compactMap { output in
      mapping[output.value].map { Graph.Output(name: output.name, value: $0, role: output.role) }
    }
    self.graph = result
  }

  /// How much stronger the outputs are than what each parameter alone adds to them, in decibels. What adds nothing is left
  /// out.
  ///
  /// - Returns: nil where the calibration has no inputs for the graph.
  package func signalToNoise(_ calibration: Calibration) throws -> [String: Double]? {
    guard let inputs = graph.exampleInputs?.dropLast(),
      let batches = Array(inputs).batches(of: calibration.tensors), !batches.isEmpty
    else { return nil }
    var count = 0
    let few = batches.prefix { batch in
      defer { count += batch.first?.shape.first ?? 1 }
      return count < Self.exampleLimit
    }
    let prepared = try calibration.executor.prepare(
      graph, exampleCount: (parameters.count + 1) * Array(few).exampleCount)
    let expected = try few.map { try prepared.run($0 + [switches(nil)]) }
    var result: [String: Double] = [:]
    for (place, parameter) in parameters.enumerated() {
      var quality = OutputQuality()
      for (batch, expected) in zip(few, expected) {
        for (found, expected) in zip(try prepared.run(batch + [switches(place)]), expected) {
          if let found = found.floats, let expected = expected.floats {
            quality.add(found, expected: expected)
          }
        }
      }
      if quality.signalToNoise != .infinity { result[parameter] = quality.signalToNoise }
    }
    return result
  }

  private func switches(_ place: Int?) -> Literal {
    let flags = (0..<max(parameters.count, 1)).map { UInt8($0 == place ? 1 : 0) }
    return Literal(.bool, shape: [flags.count], elements: flags)
  }
}

extension Recipe {
  /// Whether a parameter is stored in fewer bits, apart from static quantization.
  fileprivate func isStoredNarrower(_ parameter: String) -> Bool {
    switch storage(of: parameter) {
    case .precision(let type): type != .f32
    case .quantize(let scheme): scheme.mode != .static
    default: false
    }
  }
}

extension CompressedUse {
  /// Appends the node with smaller weights.
  fileprivate func appended(
    to graph: inout Graph, _ operands: [ValueID], _ recipe: Recipe
  ) throws -> ValueID {
    var zeroed = self
    zeroed.operands = operands
    zeroed.operands[node.operation.weightOperand ?? 0] = try graph.append(
      Constant(weights, name: parameter), [])[0]
    if recipe.isStoredNarrower(parameter), let storage = recipe.storage(of: parameter),
      let stored = try zeroed.append(storage, to: &graph)
    {
      return stored.values[0]
    }
    return try graph.append(node.operation, zeroed.operands, sites: node.sites)[0]
  }
}
