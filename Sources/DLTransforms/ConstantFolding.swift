import DLGraph
import DLOperations

/// Computes what depends on constants alone.
///
/// Values that are cheaper to compute than to read stay: broadcasts and ranges, what is much larger than the constants it
/// is made of, such as a causal mask, and numbers that are stored in fewer bits. What is made of one parameter keeps its
/// name.
public struct ConstantFolding: Pass {
  public let name: String
  public let summary = "computes what depends on constants alone"

  public init(name: String = "fold-constants") { self.name = name }

  /// A folded value of up to this size may be larger than what it is made of.
  private static let smallByteCount = 65536

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var changed = false
    // By value of the new graph: what is known of it, and the bytes of constants behind it.
    var known: [ValueID: (literal: () throws -> Literal, byteCount: Int)] = [:]
    var names: [ValueID: String] = [:]
    let result = try graph.rewritten { node, operands, result in
      if let constant = node.operation as? Constant {
        let results = try result.append(constant, operands, sites: node.sites)
        known[results[0]] = ({ constant.literal }, constant.literal.byteCount)
        names[results[0]] = constant.parameterName
        return results
      }
      if node.widensStoredNumbers(operands, in: result) { return nil }
      guard let primitive = node.operation as? any Primitive, primitive.isFoldable, node.results.count == 1,
        let byteCount = graph.type(of: node.results[0]).concreteByteCount
      else { return nil }
      let sources = operands.compactMap { known[$0] }
      guard sources.count == operands.count else { return nil }
      let sourceBytes = sources.reduce(0) { $0 + $1.byteCount }
      let evaluate = {
        try primitive.evaluate(sources.map { try $0.literal() }, in: .withoutBodies)[0]
      }
      let unpacksBits =
        byteCount > max(sourceBytes, Self.smallByteCount)
        && graph.type(of: node.results[0]).elementType == .u8
        && primitive is Binary
      let staysLazy = primitive is Broadcast || primitive is Iota || unpacksBits
      if staysLazy || byteCount > max(2 * sourceBytes, Self.smallByteCount) {
        let results = try result.append(node.operation, operands, sites: node.sites)
        if byteCount <= 4 * max(sourceBytes, Self.smallByteCount) || staysLazy {
          known[results[0]] = (evaluate, max(sourceBytes, 1))
        }
        return results
      }
      changed = true
      let largest = operands.max { known[$0]?.byteCount ?? 0 < known[$1]?.byteCount ?? 0 }
      let constant = Constant(try evaluate(), name: largest.flatMap { names[$0] })
      let results = try result.append(constant, [], sites: node.sites)
      names[results[0]] = constant.parameterName
      known[results[0]] = ({ constant.literal }, constant.literal.byteCount)
      return results
    }
    guard changed else { return false }
    graph = result
    // What was folded must not stay in memory while other passes run.
    _ = try DeadCodeElimination().run(on: &graph, context: context)
    return true
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
