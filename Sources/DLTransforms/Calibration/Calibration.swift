import DLGraph

/// Inputs that are typical of a model, from which the ranges of its values are learnt.
public struct Calibration: Sendable {
  /// How much a quantized model may lose.
  public enum Budget: Hashable, Sendable {
    /// All that is asked for is quantized, whatever it costs.
    case none
    /// The outputs have at least this ratio of signal to noise, in decibels.
    case signalToNoise(Double)
    /// The share of inputs whose greatest output is at their label falls by no more than this.
    case accuracyDrop(Double)
  }

  /// Tensors by the names of inputs; the first axis counts the examples.
  public var tensors: [String: Literal]
  /// The class of each example.
  public var labels: [Int]?
  public var estimator: RangeEstimator
  public var budget: Budget
  /// Whether products make up for what rounding their weights takes from the means of their outputs.
  public var correctsBias = true
  /// Whether it is measured, for the log, what each product costs alone.
  public var reportsEachProduct = false
  /// What runs the model on the inputs.
  package var executor: any GraphExecutor = Interpreter()

  public init(
    tensors: [String: Literal], labels: [Int]? = nil, estimator: RangeEstimator = .meanSquareError,
    budget: Budget = .none
  ) {
    self.tensors = tensors
    self.labels = labels
    self.estimator = estimator
    self.budget = budget
  }

  /// The tensors cut into inputs of a graph; nil where one is missing, or of another type or shape.
  package func batches(for graph: Graph) -> [[Literal]]? { graph.exampleInputs?.batches(of: tensors) }
}

extension Calibration {
  /// The outputs of a graph for each batch, and for some values of the graph what `observe` makes of them.
  func evaluate(
    _ graph: Graph, _ batches: [[Literal]], observing values: [ValueID] = [],
    _ observe: (ValueID, Literal) -> Void = { _, _ in }
  ) throws -> [[Literal]] {
    var probed = graph
    probed.outputs += values.map { Graph.Output(name: "observed\($0.index)", value: $0) }
    let prepared = try executor.prepare(probed, exampleCount: batches.exampleCount)
    return try batches.map { batch in
      let results = try prepared.run(batch)
      for (value, literal) in zip(values, results.dropFirst(graph.outputs.count)) { observe(value, literal) }
      return Array(results.prefix(graph.outputs.count))
    }
  }
}

extension [[Literal]] {
  /// The examples of all batches.
  package var exampleCount: Int { reduce(0) { $0 + ($1.first?.shape.first ?? 1) } }
}
