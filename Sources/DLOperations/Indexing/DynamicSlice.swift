import DLGraph
import DLLoops

/// Cuts a block out of a tensor, at a position known only at run time.
public struct DynamicSlice: Primitive {
  public var extents: [Dimension]

  public init(extents: [Dimension]) { self.extents = extents }

  public var name: String { "dynamic_slice" }

  public var attributes: AttributeList { ["extents": .dimensions(extents)] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    extents = try attributes.dimensions("extents")
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["dynamic_slice"], form: "dynamic_slice(x, starts) {extents}",
      summary: """
        The block of `x` of the given extents at `starts`, an `i64` for each axis, each clamped so that the block \
        lies in `x`.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(2, operands)
    let x = operands[0]
    if extents.count != x.rank {
      throw TypeError("dynamic_slice takes an extent for each axis of \(x), not \(extents.count)")
    }
    try requireStarts(operands[1], into: x)
    let result = TensorType(x.elementType, extents)
    try requireBlock(result, in: x)
    return [result]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let x = operands[0]
    let block = BlockCopy(
      block: try context.shape(extents), of: x.shape, at: operands[1].elements(as: Int.self),
      elementBytes: x.elementType.byteCount)
    let result = Literal(x.elementType, shape: block.shape) { target in
      x.withUnsafeBytes { source in
        block.forEachRow { target.copyBytes(source, from: $1, to: $0, count: block.rowBytes) }
      }
    }
    return [result]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension DynamicSlice: MappedOperation {
  public var isCheap: Bool { false }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    let starts = operands.blockStarts(extents, of: operands.types[0].shape, startsOperand: 1)
    return operands(0, at: zip(indices, starts).map { $0 + $1 }, mask: mask)
  }
}
