import DLGraph
import DLOperations

/// Multiplies constants with each other instead of with a value one after the other, also where shifts and bounds are
/// between: the factor with which the result of a product becomes bytes joins the one that made a number of its sums.
///
/// `maximum(x * a + b, d) * c ⇒ maximum(x * (a c) + b c, d c)` for numbers `c > 0`. Nothing else may read what is in
/// between. Rounding changes in the last place.
public struct ScaleMerging: Pass {
  public let name = "merge-scales"
  public let summary = "multiplies constant factors with each other, through shifts and bounds"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    let uses = graph.useCounts()
    var changed = false
    graph = try graph.rewritten { node, operands, result in
      guard let factor = graph.positiveFactor(of: node),
        graph.canScale(node.operands[factor.other], by: factor.value, isFree: { uses[$0.index] == 1 }),
        result.canScale(operands[factor.other], by: factor.value, isFree: { _ in true })
      else { return nil }
      changed = true
      return [try result.appendScaled(operands[factor.other], by: factor.value)]
    }
    // What was read before must not count as a reader.
    if changed { _ = try DeadCodeElimination().run(on: &graph, context: context) }
    return changed
  }
}

extension Graph {
  /// The number that a product of `f32` multiplies its other operand with; nil where there is none above 0.
  fileprivate func positiveFactor(of node: Node) -> (other: Int, value: Float)? {
    guard (node.operation as? Binary)?.function == .multiply, type(of: node.results[0]).elementType == .f32
    else { return nil }
    for side in 0...1 {
      guard let value = uniformValue(of: node.operands[side]), value > 0, value.isFinite else { continue }
      return (1 - side, Float(value))
    }
    return nil
  }

  /// Whether a value can be multiplied with a number without one more multiplication of its elements.
  ///
  /// - Parameter isFree: whether a value may become another one.
  fileprivate func canScale(_ value: ValueID, by factor: Float, isFree: (ValueID) -> Bool) -> Bool {
    guard isFree(value), let node = definingNode(of: value) else { return false }
    switch node.operation {
    case is Reshape, is Transpose: return canScale(node.operands[0], by: factor, isFree: isFree)
    case let binary as Binary:
      let constants = node.operands.map { repeatedConstant($0)?.literal }
      // Where numbers would leave the range of f32, the order of the factors counts.
      guard constants.allSatisfy({ $0?.staysNormal(times: factor) ?? true }) else { return false }
      switch binary.function {
      case .multiply: return constants.contains { $0 != nil }
      case .add, .subtract, .maximum, .minimum:
        return zip(node.operands, constants).allSatisfy { operand, constant in
          constant != nil || canScale(operand, by: factor, isFree: isFree)
        }
      default: return false
      }
    default: return false
    }
  }

  /// Appends what a value would be if it were multiplied with a number.
  ///
  /// - Requires: `canScale`.
  fileprivate mutating func appendScaled(_ value: ValueID, by factor: Float) throws -> ValueID {
    guard let node = definingNode(of: value) else { preconditionFailure("the value can be scaled") }
    var operands = node.operands
    switch node.operation {
    case let binary as Binary:
      let constants = operands.map { repeatedConstant($0) != nil }
      if binary.function == .multiply {
        let side = constants[1] ? 1 : 0
        operands[side] = try appendScaledConstant(operands[side], by: factor)
      } else {
        for side in 0...1 {
          operands[side] =
            constants[side]
            ? try appendScaledConstant(operands[side], by: factor)
            : try appendScaled(operands[side], by: factor)
        }
      }
    default: operands[0] = try appendScaled(operands[0], by: factor)
    }
    return try append(node.operation, operands, sites: node.sites)[0]
  }

  private mutating func appendScaledConstant(_ value: ValueID, by factor: Float) throws -> ValueID {
    guard let found = repeatedConstant(value) else { preconditionFailure("the value is a constant") }
    let numbers = found.literal.elements(as: Float.self).map { $0 * factor }
    let constant = try append(Constant(Literal(.f32, shape: found.literal.shape, elements: numbers)), [])[0]
    return try append(found.broadcast, [constant])[0]
  }

  /// The numbers that are repeated to a value of `f32`.
  private func repeatedConstant(_ value: ValueID) -> (literal: Literal, broadcast: Broadcast)? {
    guard let node = definingNode(of: value), let broadcast = node.operation as? Broadcast,
      let constant = definingNode(of: node.operands[0])?.operation as? Constant,
      constant.literal.elementType == .f32
    else { return nil }
    return (constant.literal, broadcast)
  }
}

extension Literal {
  /// Whether no number becomes infinite, subnormal or zero where it is multiplied.
  fileprivate func staysNormal(times factor: Float) -> Bool {
    elements(as: Float.self).allSatisfy { $0 == 0 || ($0 * factor).isNormal }
  }
}
