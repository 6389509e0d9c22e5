import DLGraph
import DLOperations

/// Calls the entry points of a model, which keep the model's states between them.
public struct ModuleEvaluator {
  public let module: Module
  /// The value of each state by its name; zero before the first call. They may be saved, and set to what was saved.
  public var states: [String: Literal]
  public var evaluator: Evaluator

  /// A model whose states are zero.
  ///
  /// - Parameter symbols: values of the open dimensions of states.
  /// - Throws: `EvaluationError` where such a dimension has no value.
  public init(
    _ module: Module, symbols: [Symbol: Int] = [:], evaluator: Evaluator = Evaluator()
  ) throws(EvaluationError) {
    self.module = module
    self.evaluator = evaluator
    states = [:]
    let context = EvaluationContext(symbols: symbols) { _, _, _ in [] }
    for state in module.states {
      states[state.name] = Literal(
        state.type.elementType, shape: try context.shape(state.type.shape), initializing: { _ in })
    }
  }

  /// Calls an entry point and updates the states.
  ///
  /// - Parameters:
  ///   - arguments: the inputs that are no states, in order.
  /// - Returns: the outputs that are no states.
  /// - Throws: as `Evaluator.evaluate`; and then the states are as before.
  public mutating func call(_ entry: String, _ arguments: [Literal]) throws -> [Literal] {
    guard let graph = module.graphs.first(where: { $0.name == entry }) else {
      let known = module.graphs.map(\.name).joined(separator: ", ")
      throw EvaluationError("\(module.name) has no entry point \(entry); it has \(known)")
    }
    let results = try evaluator.evaluate(graph, inputs: try inputs(of: graph, arguments))
    var outputs: [Literal] = []
    for (output, result) in zip(graph.outputs, results) {
      switch output.role {
      case .tensor: outputs.append(result)
      case .state: states[output.name] = result
      }
    }
    return outputs
  }

  private func inputs(of graph: Graph, _ arguments: [Literal]) throws(EvaluationError) -> [Literal] {
    let tensors = graph.inputs.filter { $0.role == .tensor }
    if arguments.count != tensors.count {
      let names = tensors.map(\.name).joined(separator: ", ")
      throw EvaluationError(
        "\(graph.name) takes \(tensors.count) arguments (\(names)), but is given \(arguments.count)")
    }
    var remaining = arguments[...]
    var result: [Literal] = []
    for input in graph.inputs {
      switch input.role {
      case .tensor:
        result.append(contentsOf: remaining.prefix(1))
        remaining = remaining.dropFirst()
      case .state:
        guard let value = states[input.name] else {
          throw EvaluationError("\(graph.name) uses the state \(input.name), which the model doesn't have")
        }
        result.append(value)
      }
    }
    return result
  }
}
