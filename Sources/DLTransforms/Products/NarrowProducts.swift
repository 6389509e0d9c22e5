import DLGraph
import DLOperations

/// Rounds the factors of products with weights to a narrower type, where the build asks for it; sums and all else stay `f32`.
///
/// `x · w ⇒ bf16(x) · bf16(w)`. What a product reads so is stored once: element-wise operations that come later read it too,
/// as the sums of residual networks do. Depthwise convolutions stay: they spend their time on reading and writing, not on
/// products.
public struct NarrowProducts: Pass {
  public let name = "narrow-products"
  public let summary = "rounds the factors of products with weights to bf16, where the build says so"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    guard context.arithmetic != .f32 else { return false }
    var rewriting = Narrowing(type: context.arithmetic)
    graph = try graph.rewritten { node, operands, result in
      try rewriting.rewrite(node, operands, in: &result)
    }
    return rewriting.hasChanged
  }
}

private struct Narrowing {
  let type: ElementType
  private(set) var hasChanged = false
  /// By value: the same, rounded.
  private var narrow: [ValueID: ValueID] = [:]

  init(type: ElementType) { self.type = type }

  mutating func rewrite(
    _ node: Node, _ operands: [ValueID], in graph: inout Graph
  ) throws -> [ValueID]? {
    if node.operation is Binary || node.operation is Unary, operands.contains(where: { narrow[$0] != nil }) {
      var read: [ValueID] = []
      for operand in operands {
        let rounded = narrow[operand]
        read.append(
          try rounded.map { try graph.append(Convert(to: .f32), [$0], sites: node.sites)[0] } ?? operand)
      }
      return try graph.append(node.operation, read, sites: node.sites)
    }
    guard operands.count == 2, operands.allSatisfy({ graph.type(of: $0).elementType == .f32 }),
      graph.isConstant(operands[1]), let operation = node.operation.narrowed(graph.type(of: operands[1]))
    else { return nil }
    hasChanged = true
    let factors = try operands.map { try narrowed($0, node.sites, in: &graph) }
    return try graph.append(operation, factors, sites: node.sites)
  }

  /// The value, rounded. Views and the choice of a greatest element can as well follow the rounding, and move less then.
  private mutating func narrowed(
    _ value: ValueID, _ sites: [Site], in graph: inout Graph
  ) throws -> ValueID {
    if let known = narrow[value] { return known }
    let result: ValueID
    if let node = graph.definingNode(of: value), node.operation.commutesWithRounding {
      let inner = try narrowed(node.operands[0], sites, in: &graph)
      result = try graph.append(node.operation, [inner], sites: node.sites)[0]
    } else {
      result = try graph.append(Convert(to: type), [value], sites: sites)[0]
    }
    narrow[value] = result
    return result
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

  fileprivate var commutesWithRounding: Bool {
    if let window = self as? ReduceWindow { return window.function == .maximum }
    return self is Reshape || self is Transpose
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
