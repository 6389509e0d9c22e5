import DLGraph
import DLOperations

/// Rounds the factors of products with weights to a narrower type, where the build asks for it; sums and all else stay `f32`.
///
/// `x · w ⇒ bf16(x) · bf16(w)`. Depthwise convolutions stay: they spend their time on reading and writing, not on products.
public struct NarrowProducts: Pass {
  public let name = "narrow-products"
  public let summary = "rounds the factors of products with weights to bf16, where the build says so"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    guard context.arithmetic != .f32 else { return false }
    var changed = false
    graph = try graph.rewritten { node, operands, result in
      guard operands.count == 2, operands.allSatisfy({ result.type(of: $0).elementType == .f32 }),
        result.isConstant(operands[1]), let operation = node.operation.narrowed(result.type(of: operands[1]))
      else { return nil }
      changed = true
      let narrow = try operands.map {
        try result.append(Convert(to: context.arithmetic), [$0], sites: node.sites)[0]
      }
      return try result.append(operation, narrow, sites: node.sites)
    }
    return changed
  }
}

extension Operation {
  /// The product of narrower factors with sums in `f32`; nil for what is no product, or gains nothing.
  fileprivate func narrowed(_ weights: TensorType) -> (any Operation)? {
    switch self {
    case let contract as Contract where contract.result == .f32: return contract
    case var convolve as Convolve where convolve.result ?? .f32 == .f32:
      guard let depth = weights.shape[1].constantValue, depth > 1 else { return nil }
      convolve.result = .f32
      return convolve
    default: return nil
    }
  }
}

extension Graph {
  /// Whether a value is a constant, or a view of one.
  fileprivate func isConstant(_ value: ValueID) -> Bool {
    guard let node = definingNode(of: value) else { return false }
    switch node.operation {
    case is Constant: return true
    case is Transpose, is Reshape: return isConstant(node.operands[0])
    default: return false
    }
  }
}
