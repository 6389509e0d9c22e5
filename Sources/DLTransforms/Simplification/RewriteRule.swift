import DLGraph
import DLOperations

/// One equation that replaces a node by something simpler.
struct RewriteRule: Sendable {
  /// The equation, as `before ⇒ after`.
  let equation: String

  /// The values that take the place of the node's results; nil where the rule doesn't apply.
  ///
  /// - Parameters:
  ///   - operands: the node's operands in `graph`.
  ///   - graph: what has been rewritten so far; replacements are appended to it.
  let apply: @Sendable (_ node: Node, _ operands: [ValueID], _ graph: inout Graph) throws -> [ValueID]?

  init(
    _ equation: String,
    _ apply:
      @escaping @Sendable (_ node: Node, _ operands: [ValueID], _ graph: inout Graph) throws ->
      [ValueID]?
  ) {
    self.equation = equation
    self.apply = apply
  }

  /// A rule for nodes of one operation.
  init<Primitive: Operation>(
    _ equation: String, for type: Primitive.Type,
    _ apply:
      @escaping @Sendable (
        _ operation: Primitive, _ operands: [ValueID], _ result: TensorType, _ graph: inout Graph,
        _ sites: [Site]
      ) throws -> [ValueID]?
  ) {
    self.init(equation) { node, operands, graph in
      guard let operation = node.operation as? Primitive else { return nil }
      let types = operands.map { graph.type(of: $0) }
      guard let result = try operation.resultTypes(for: types).first else { return nil }
      return try apply(operation, operands, result, &graph, node.sites)
    }
  }
}

/// Replaces nodes by simpler ones until no rule applies.
public struct Simplification: Pass {
  public let name: String
  public let summary = "applies algebraic identities and removes views that change nothing"
  private let rules: [RewriteRule]

  public init(name: String = "simplify") {
    self.name = name
    rules = RewriteRule.views + RewriteRule.arithmetic
  }

  /// The equations, one for each rule.
  public var equations: [String] { rules.map(\.equation) }

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var changed = false
    graph = try graph.rewritten { node, operands, result in
      for rule in rules {
        if let values = try rule.apply(node, operands, &result) {
          changed = true
          return values
        }
      }
      return nil
    }
    return changed
  }
}

extension Graph {
  /// The only element of a constant that has one value throughout, seen through views; as a Double.
  func uniformValue(of value: ValueID) -> Double? {
    var value = value
    while let node = definingNode(of: value) {
      switch node.operation {
      case is Broadcast, is Reshape, is Transpose, is Slice: value = node.operands[0]
      case let constant as Constant: return constant.literal.uniformValue
      default: return nil
      }
    }
    return nil
  }
}

extension Literal {
  /// The value of every element, where they are all the same bits and there is one; of f32, f64 and i64 alone.
  var uniformValue: Double? {
    guard count > 0, count <= 1 << 16 else { return nil }
    switch elementType {
    case .f32: return elements(as: Float.self).commonBits(\.bitPattern).map { Double($0) }
    case .f64: return elements(as: Double.self).commonBits(\.bitPattern)
    case .i64: return elements(as: Int.self).commonBits(\.self).flatMap { Double(exactly: $0) }
    default: return nil
    }
  }
}

extension Array {
  /// The first element, where all have the same bits.
  fileprivate func commonBits<Bits: Equatable>(_ bits: (Element) -> Bits) -> Element? {
    guard let first, allSatisfy({ bits($0) == bits(first) }) else { return nil }
    return first
  }
}
