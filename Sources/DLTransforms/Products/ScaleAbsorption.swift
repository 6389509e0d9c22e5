import DLGraph
import DLOperations

/// Scales the weights of a product instead of its rows, where all rows are scaled alike and there are more of them: the
/// gates of squeeze-and-excitation blocks then cost a pass over the weights, not over the image.
///
/// `(x * s) · w ⇒ x · (w * s)` for `s` along the summed axis. Rounding changes in the last place. Constant scales are
/// left alone: their weights may be shared with other products. Dead nodes count as readers, so they are removed before.
public struct ScaleAbsorption: Pass {
  public let name = "absorb-scales"
  public let summary = "scales the weights of a product instead of its many rows"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    let uses = graph.useCounts()
    var changed = false
    graph = try graph.rewritten { node, operands, result in
      guard let contract = node.operation as? Contract, contract.isMatrixProduct,
        graph.scaledSource(of: node.operands[0], isFree: { uses[$0.index] == 1 }) != nil,
        let scaled = result.scaledSource(of: operands[0], isFree: { _ in true })
      else { return nil }
      let (left, right) = (result.type(of: operands[0]), result.type(of: operands[1]))
      guard let rows = left.shape[0].constantValue, let columns = right.shape[1].constantValue,
        rows >= 2 * columns, left.elementType == right.elementType
      else { return nil }
      changed = true
      let vector = try result.append(Reshape(shape: [right.shape[0]]), [scaled.scale])[0]
      let factor = try result.append(Broadcast(shape: right.shape, axes: [0]), [vector])[0]
      let weights = try result.append(Binary(.multiply), [operands[1], factor], sites: node.sites)[0]
      let source = try result.append(Reshape(shape: left.shape), [scaled.source])[0]
      return try result.append(contract, [source, weights], sites: node.sites)
    }
    // The rows that are read no more must not join a group.
    if changed { _ = try DeadCodeElimination().run(on: &graph, context: context) }
    return changed
  }
}

extension Contract {
  /// Whether this is `[M, K] × [K, N]` in floating point.
  fileprivate var isMatrixProduct: Bool {
    batch.isEmpty && contracting.count == 1 && contracting[0] == (1, 0) && result.isFloatingPoint
  }
}

extension Graph {
  /// What a value is, seen through reshapes that keep the last axis: `source` times `scale`, which varies along that axis
  /// alone and is not known now. Nil where it is anything else.
  ///
  /// - Parameter isFree: whether a value on the way may vanish.
  fileprivate func scaledSource(
    of value: ValueID, isFree: (ValueID) -> Bool
  ) -> (source: ValueID, scale: ValueID)? {
    guard isFree(value), let node = definingNode(of: value) else { return nil }
    switch node.operation {
    case is Reshape where type(of: node.operands[0]).shape.last == type(of: value).shape.last:
      return scaledSource(of: node.operands[0], isFree: isFree)
    case let binary as Binary where binary.function == .multiply:
      for side in 0...1 {
        guard let scale = scaleAlongLastAxis(node.operands[1 - side]) else { continue }
        return (node.operands[side], scale)
      }
      return nil
    default: return nil
    }
  }

  /// What is broadcast to a value that varies along its last axis alone.
  private func scaleAlongLastAxis(_ value: ValueID) -> ValueID? {
    guard let node = definingNode(of: value), let broadcast = node.operation as? Broadcast else { return nil }
    let shape = type(of: node.operands[0]).shape
    let varying = shape.indices.filter { shape[$0] != 1 }.map { broadcast.axes[$0] }
    return varying == [broadcast.shape.count - 1] && !isConstant(node.operands[0]) ? node.operands[0] : nil
  }

  /// Whether a value is a constant, seen through reshapes.
  private func isConstant(_ value: ValueID) -> Bool {
    guard let node = definingNode(of: value) else { return false }
    return node.operation is Constant || node.operation is Reshape && isConstant(node.operands[0])
  }
}
