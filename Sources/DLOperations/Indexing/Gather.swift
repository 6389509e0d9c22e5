import DLGraph
import DLLoops

/// Takes slices of a tensor along one axis, by a tensor of indices: an embedding's rows, `x[indices]`.
public struct Gather: Primitive {
  public var axis: Int

  public init(axis: Int) { self.axis = axis }

  public var name: String { "gather" }

  public var attributes: AttributeList { ["axis": .integer(axis)] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    axis = try attributes.integer("axis")
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["gather"], form: "gather(x, indices) {axis}",
      summary: """
        The slices of `x` at `indices` along `axis`, in whose place the axes of `indices` stand. A negative index \
        counts from the end; beyond that an index is clamped to the axis. Of an empty axis the slices are 0.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(2, operands)
    let (x, indices) = (operands[0], operands[1])
    try requireAxis(axis, of: x)
    try requireIndices(indices)
    return [TensorType(x.elementType, x.shape[..<axis] + indices.shape + x.shape[(axis + 1)...])]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let (x, indices) = (operands[0], operands[1].values(as: Int.self))
    let extent = x.shape[axis]
    let outer = x.shape[..<axis].reduce(1, *)
    let rowBytes = x.shape[(axis + 1)...].reduce(1, *) * x.elementType.byteCount
    let shape = Array(x.shape[..<axis] + operands[1].shape + x.shape[(axis + 1)...])
    let result = Literal(x.elementType, shape: shape) { target in
      guard extent > 0, rowBytes > 0 else { return }
      x.withUnsafeBytes { source in
        var position = 0
        for o in 0..<outer {
          for index in indices {
            let row = o * extent + index.wrappedAndClamped(extent: extent)
            target.copyBytes(source, from: row * rowBytes, to: position, count: rowBytes)
            position += rowBytes
          }
        }
      }
    }
    return [result]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Gather: MappedOperation {
  public var isCheap: Bool { false }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    let builder = operands.builder
    let extent = operands.types[0].shape[axis]
    let behind = axis + operands.types[1].rank
    let index = operands(1, at: Array(indices[axis..<behind]), mask: mask)
    let notEmpty = builder.isNotEmpty(extent)
    let position = Array(
      indices[..<axis] + [builder.gatheredIndex(index, extent: extent)] + indices[behind...])
    return builder.zeroUnless(notEmpty, operands(0, at: position, mask: builder.and(mask, notEmpty)))
  }
}
