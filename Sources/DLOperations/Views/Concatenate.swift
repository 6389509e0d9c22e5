import DLGraph
import DLLoops

/// Tensors one after the other along an axis.
public struct Concatenate: Primitive {
  public var axis: Int

  public init(axis: Int) { self.axis = axis }

  public var name: String { "concatenate" }

  public var attributes: AttributeList { ["axis": .integer(axis)] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(axis: try attributes.integer("axis"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["concatenate"], form: "concatenate(x0, x1, …) {axis}",
      summary: "The operands one after the other along `axis`; their other extents are equal.")
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    guard var result = operands.first else { throw TypeError("concatenate takes at least 1 operand") }
    try requireAxis(axis, of: result)
    for other in operands.dropFirst() {
      var aligned = other
      if other.shape.indices.contains(axis) { aligned.shape[axis] = operands[0].shape[axis] }
      if let difference = operands[0].difference(from: aligned) {
        throw TypeError("can't concatenate \(operands[0]) and \(other) along axis \(axis): \(difference)")
      }
      result.shape[axis] += other.shape[axis]
    }
    return [result]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) -> [Literal] {
    var shape = operands[0].shape
    shape[axis] = operands.reduce(0) { $0 + $1.shape[axis] }
    let type = operands[0].elementType
    let result = Literal(type, shape: shape) { target in
      var places = Strided.dense(shape)
      for operand in operands {
        let walk = StridedWalk(operand.shape, .dense(operand.shape), places)
        operand.withUnsafeBytes { copyElements(walk, byteCount: type.byteCount, from: $0, to: target) }
        places.offset += operand.shape[axis] * places.strides[axis]
      }
    }
    return [result]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Concatenate: MappedOperation {
  public var isCheap: Bool { false }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    let builder = operands.builder
    var position = indices
    var pieces: [(element: Local, inside: Local?)] = []
    for (operand, type) in operands.types.enumerated() {
      let extent = type.shape[axis]
      if !(position[axis] - extent).isProvably(atLeast: 0) {
        let inside = builder.isInRange(position[axis], 0, extent)
        pieces.append((operands(operand, at: position, mask: builder.and(mask, inside)), inside))
        if inside == nil { break }
      }
      position[axis] = position[axis] - extent
    }
    // What lies in no other piece lies in the last.
    guard let last = pieces.popLast() else { return builder.constant(0, type.elementType) }
    return pieces.reversed().reduce(last.element) { rest, piece in
      piece.inside.map { builder.select($0, piece.element, rest) } ?? piece.element
    }
  }
}
