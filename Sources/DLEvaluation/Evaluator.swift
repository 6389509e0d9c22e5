import DLGraph
import DLOperations
import Foundation

/// A plain interpreter of graphs: what compiled code is compared with, and what folds constants.
///
/// Nodes are evaluated one after the other; a value is freed after its last use.
public struct Evaluator {
  /// Called before every node, also of bodies; what it throws ends the evaluation.
  public var checkCancellation: () throws -> Void = {}

  /// Called after every node, also of bodies, with the results.
  public var observe: (_ node: Node, _ results: [Literal]) throws -> Void = { _, _ in }

  /// The most bytes that one value may have; by default the memory of the machine.
  public var memoryLimit = Int(clamping: ProcessInfo.processInfo.physicalMemory)

  public init() {}

  /// Computes the outputs of a graph.
  ///
  /// - Parameters:
  ///   - inputs: a value for each input, in order.
  ///   - symbols: values of open dimensions. Those that are the whole extent of an axis of an input need none.
  /// - Throws: `EvaluationError` where the inputs don't fit their types, a parameter is not bound, or a value would be
  ///   too large; and what `checkCancellation` and `observe` throw.
  public func evaluate(
    _ graph: Graph, inputs: [Literal], symbols: [Symbol: Int] = [:]
  ) throws -> [Literal] {
    let unbound = graph.unboundParameters
    if !unbound.isEmpty {
      throw EvaluationError(
        "\(graph.name) can't be evaluated: no weights are bound to \(unbound.joined(separator: ", "))")
    }
    var binding = SymbolBinding(symbols)
    try binding.bind(graph, to: inputs)
    return try run(graph, inputs, binding.values)
  }

  private func run(_ graph: Graph, _ inputs: [Literal], _ symbols: [Symbol: Int]) throws -> [Literal] {
    let context = EvaluationContext(symbols: symbols, evaluate: run)
    var remainingUses = graph.useCounts()
    var values = [Literal?](repeating: nil, count: graph.values.count)
    for (input, literal) in zip(graph.inputs, inputs) { values[input.value.index] = literal }
    let take = { (value: ValueID) throws(EvaluationError) -> Literal in
      guard let literal = values[value.index] else {
        throw EvaluationError("\(graph.name) uses the value \(value.index) before it is computed")
      }
      remainingUses[value.index] -= 1
      if remainingUses[value.index] == 0 { values[value.index] = nil }
      return literal
    }
    for node in graph.nodes {
      try checkCancellation()
      let operands = try node.operands.map(take)
      let results = try evaluate(node, operands, types: node.results.map(graph.type), in: context)
      try observe(node, results)
      for (value, literal) in zip(node.results, results) where remainingUses[value.index] > 0 {
        values[value.index] = literal
      }
    }
    return try graph.outputs.map { try take($0.value) }
  }

  private func evaluate(
    _ node: Node, _ operands: [Literal], types: [TensorType], in context: EvaluationContext
  ) throws -> [Literal] {
    guard let primitive = node.operation as? any Primitive else {
      throw EvaluationError("the operation \(node.operation.name) can't be evaluated")
    }
    let shapes = try types.map { try shape(of: $0, in: context) }
    let results = try primitive.evaluate(operands, in: context)
    for (index, (result, type)) in zip(results, types).enumerated()
    where result.elementType != type.elementType || result.shape != shapes[index] {
      throw EvaluationError(
        "\(node.operation.name) gave \(result.type) instead of \(type), which is \(shapes[index])")
    }
    return results
  }

  /// The shape of a result, before memory is taken for it.
  private func shape(of type: TensorType, in context: EvaluationContext) throws(EvaluationError) -> [Int] {
    let shape = try context.shape(type.shape)
    if let axis = shape.indices.first(where: { shape[$0] < 0 }) {
      throw EvaluationError("axis \(axis) of \(type) is \(shape[axis])")
    }
    if TensorType(type.elementType, shape.map { Dimension($0) }).maximumByteCount ?? .max > memoryLimit {
      throw EvaluationError("\(type) with the shape \(shape) is larger than the memory")
    }
    return shape
  }
}
