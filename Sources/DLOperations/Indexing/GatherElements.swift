import DLGraph
import DLLoops

/// Takes elements of a tensor at indices along one axis, the other axes going along: PyTorch's `gather`.
public struct GatherElements: Primitive {
  public var axis: Int

  public init(axis: Int) { self.axis = axis }

  public var name: String { "gather_elements" }

  public var attributes: AttributeList { ["axis": .integer(axis)] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    axis = try attributes.integer("axis")
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["gather_elements"], form: "gather_elements(x, indices) {axis}",
      summary: """
        For each position of `indices` the element of `x` at that position, with the index in place of the \
        position along `axis`. Indices are taken as by `gather`.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(2, operands)
    let (x, indices) = (operands[0], operands[1])
    try requireAxis(axis, of: x)
    try requireIndices(indices)
    try requireElementIndices(indices, into: x, axis: axis)
    return [TensorType(x.elementType, indices.shape)]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let (x, indices) = (operands[0], operands[1].values(as: Int.self))
    let positions = ElementPositions(of: operands[1].shape, in: x.shape, axis: axis)
    let size = x.elementType.byteCount
    let extent = x.shape[axis]
    let result = Literal(x.elementType, shape: operands[1].shape) { target in
      guard extent > 0 else { return }
      x.withUnsafeBytes { source in
        for (number, start) in positions.enumerated() {
          let index = indices[number].wrappedAndClamped(extent: extent)
          let from = start + index * positions.axisStride
          target.copyBytes(source, from: from * size, to: number * size, count: size)
        }
      }
    }
    return [result]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension GatherElements: MappedOperation {
  public var isCheap: Bool { false }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    let builder = operands.builder
    let extent = operands.types[0].shape[axis]
    let notEmpty = builder.isNotEmpty(extent)
    var position = indices
    position[axis] = builder.gatheredIndex(operands(1, at: indices, mask: mask), extent: extent)
    return builder.zeroUnless(notEmpty, operands(0, at: position, mask: builder.and(mask, notEmpty)))
  }
}
