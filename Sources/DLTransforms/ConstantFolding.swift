import DLGraph
import DLOperations

/// Computes what depends on constants alone.
///
/// Values that are cheaper to compute than to read stay: broadcasts, ranges and what compares them, as causal masks do, what
/// is much larger than the constants it is made of, and numbers that are stored in fewer bits. What is made of one parameter keeps its
/// name.
public struct ConstantFolding: Pass {
  public let name: String
  public let summary = "computes what depends on constants alone"

  public init(name: String = "fold-constants") { self.name = name }

  /// A folded value of up to this size may be larger than what it is made of.
  private static let smallByteCount = 65536
  /// A smaller mask may as well be read.
  private static let smallMaskByteCount = 64

  /// What is known of a value.
  private struct Known {
    /// Computes it.
    var literal: () throws -> Literal
    /// The bytes of constants behind it.
    var byteCount: Int
    /// How it comes from the constants in `sources`.
    var expression: FoldedConstants.Expression
    var sources: [Literal]

    init(_ literal: Literal) {
      self.literal = { literal }
      byteCount = literal.byteCount
      expression = FoldedConstants.Expression(literal)
      sources = [literal]
    }

    /// The result of an operation that is not computed yet.
    init(_ primitive: any Primitive, _ operands: [Known]) {
      literal = { try primitive.evaluate(operands.map { try $0.literal() }, in: .withoutBodies)[0] }
      byteCount = operands.reduce(0) { $0 + $1.byteCount }
      expression = .operation(primitive.name, primitive.attributes, operands.map(\.expression))
      sources = operands.flatMap(\.sources)
    }
  }

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var changed = false
    // By value of the new graph.
    var known: [ValueID: Known] = [:]
    var names: [ValueID: String] = [:]
    let result = try graph.rewritten { node, operands, result in
      if let constant = node.operation as? Constant {
        let results = try result.append(constant, operands, sites: node.sites)
        known[results[0]] = Known(constant.literal)
        names[results[0]] = constant.parameterName
        return results
      }
      if node.widensStoredNumbers(operands, in: result) || node.unpacksStoredNumbers(operands, in: result) {
        return nil
      }
      guard let primitive = node.operation as? any Primitive, primitive.isFoldable, node.results.count == 1,
        let byteCount = graph.type(of: node.results[0]).concreteByteCount
      else { return nil }
      let sources = operands.compactMap { known[$0] }
      guard sources.count == operands.count else { return nil }
      let value = Known(primitive, sources)
      let unpacksBits =
        byteCount > max(value.byteCount, Self.smallByteCount)
        && graph.type(of: node.results[0]).elementType == .u8
        && primitive is Binary
      let staysLazy =
        primitive is Broadcast || primitive is Iota || unpacksBits
        || byteCount > Self.smallMaskByteCount && result.makesIndices(primitive, operands)
      if staysLazy || byteCount > max(2 * value.byteCount, Self.smallByteCount) {
        let results = try result.append(node.operation, operands, sites: node.sites)
        if byteCount <= 4 * max(value.byteCount, Self.smallByteCount) || staysLazy {
          known[results[0]] = value
          known[results[0]]?.byteCount = max(value.byteCount, 1)
        }
        return results
      }
      changed = true
      let largest = operands.max { known[$0]?.byteCount ?? 0 < known[$1]?.byteCount ?? 0 }
      let literal = try evaluate(value, context)
      let results = try result.append(
        Constant(literal, name: largest.flatMap { names[$0] }), [], sites: node.sites)
      names[results[0]] = largest.flatMap { names[$0] }
      known[results[0]] = Known(literal)
      return results
    }
    guard changed else { return false }
    graph = result
    // What was folded must not stay in memory while other passes run.
    _ = try DeadCodeElimination().run(on: &graph, context: context)
    return true
  }

  private func evaluate(_ value: Known, _ context: PassContext) throws -> Literal {
    if let literal = context.foldedConstants.literal(for: value.expression) { return literal }
    let literal = try value.literal()
    context.foldedConstants.insert(literal, for: value.expression, sources: value.sources)
    return literal
  }
}

extension Primitive {
  /// Whether the operation depends on its operands alone and has no body.
  fileprivate var isFoldable: Bool {
    switch lowering {
    case .mapped, .reducing, .whole: !hasEffect && attributes.isConcrete
    case .control, .data: false
    }
  }
}

extension Node {
  /// Whether the node converts a constant that is stored in fewer bits to save memory.
  fileprivate func widensStoredNumbers(_ operands: [ValueID], in graph: Graph) -> Bool {
    guard let convert = operation as? Convert,
      graph.definingNode(of: operands[0])?.operation is Constant, graph.type(of: operands[0]).rank > 1
    else { return false }
    let type = graph.type(of: operands[0]).elementType
    return [.i8, .u8, .f16, .bf16].contains(type) && type.byteCount < convert.target.byteCount
  }
}

extension Node {
  /// Whether the node takes apart the bytes of a parameter that hold several numbers each.
  fileprivate func unpacksStoredNumbers(_ operands: [ValueID], in graph: Graph) -> Bool {
    guard operation is Binary, graph.type(of: operands[0]).elementType == .u8,
      let repeated = graph.definingNode(of: operands[0]), repeated.operation is Broadcast,
      let constant = graph.definingNode(of: repeated.operands[0])?.operation as? Constant
    else { return false }
    return constant.parameterName != nil
  }
}

extension AttributeList {
  /// Whether no attribute depends on an open dimension.
  fileprivate var isConcrete: Bool {
    entries.allSatisfy { entry in
      guard case .dimensions(let dimensions) = entry.value else { return true }
      return dimensions.allSatisfy { $0.constantValue != nil }
    }
  }
}

extension TensorType {
  /// The size where the shape is known and fits.
  fileprivate var concreteByteCount: Int? { concreteShape == nil ? nil : maximumByteCount }
}

extension EvaluationContext {
  /// For operations without bodies and without open dimensions.
  static var withoutBodies: EvaluationContext {
    EvaluationContext { _, _, _ in throw EvaluationError("no body is expected here") }
  }
}
