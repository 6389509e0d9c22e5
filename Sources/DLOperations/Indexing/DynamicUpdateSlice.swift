import DLGraph
import DLLoops

/// Writes a block into a tensor, at a position known only at run time: a key-value cache.
public struct DynamicUpdateSlice: Primitive {
  public init() {}

  public var name: String { "dynamic_update_slice" }

  public var attributes: AttributeList { [:] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {}

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["dynamic_update_slice"], form: "dynamic_update_slice(x, update, starts)",
      summary: """
        `x` with `update` in place of its block at `starts`, an `i64` for each axis, each clamped so that the block \
        lies in `x`.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(3, operands)
    let (x, update) = (operands[0], operands[1])
    if update.elementType != x.elementType || update.rank != x.rank {
      throw TypeError(
        "dynamic_update_slice can't write \(update) into \(x): element type and rank must be equal")
    }
    try requireBlock(update, in: x)
    try requireStarts(operands[2], into: x)
    return [x]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let (x, update) = (operands[0], operands[1])
    let block = BlockCopy(
      block: update.shape, of: x.shape, at: operands[2].elements(as: Int.self),
      elementBytes: x.elementType.byteCount)
    let result = Literal(x.elementType, shape: x.shape) { target in
      x.withUnsafeBytes { target.copyMemory(from: $0) }
      update.withUnsafeBytes { source in
        block.forEachRow { target.copyBytes(source, from: $0, to: $1, count: block.rowBytes) }
      }
    }
    return [result]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension DynamicUpdateSlice: MappedOperation {
  public var isCheap: Bool { false }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    let builder = operands.builder
    let extents = operands.types[1].shape
    let starts = operands.blockStarts(extents, of: operands.types[0].shape, startsOperand: 2)
    let inside = indices.indices.reduce(nil as Local?) { mask, axis in
      builder.and(mask, builder.isInRange(indices[axis], starts[axis], starts[axis] + extents[axis]))
    }
    let update = operands(1, at: zip(indices, starts).map { $0 - $1 }, mask: builder.and(mask, inside))
    return inside.map { builder.select($0, update, operands(0, at: indices, mask: mask)) } ?? update
  }
}
