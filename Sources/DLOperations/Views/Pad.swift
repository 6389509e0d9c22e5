import DLGraph
import DLLoops

/// A tensor with a margin of one value.
public struct Pad: Primitive {
  public var low: [Dimension]
  public var high: [Dimension]

  public init(low: [Dimension], high: [Dimension]) {
    self.low = low
    self.high = high
  }

  public var name: String { "pad" }

  public var attributes: AttributeList { ["low": .dimensions(low), "high": .dimensions(high)] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(low: try attributes.dimensions("low"), high: try attributes.dimensions("high"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["pad"], form: "pad(x, value) {low, high}",
      summary: "`x` with `low[i]` elements of the scalar `value` before axis `i` and `high[i]` after it.")
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(2, operands)
    let (x, value) = (operands[0], operands[1])
    if value != TensorType(x.elementType, []) {
      throw TypeError("can't pad \(x) with \(value): the value must be \(TensorType(x.elementType, []))")
    }
    try requireCount(low, "low", x.rank, x)
    try requireCount(high, "high", x.rank, x)
    for axis in x.shape.indices {
      for amount in [low[axis], high[axis]] where amount.isAlwaysNegative {
        throw TypeError("can't pad axis \(axis) of \(x) by \(amount)")
      }
    }
    return [TensorType(x.elementType, x.shape.indices.map { low[$0] + x.shape[$0] + high[$0] })]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let (x, value) = (operands[0], operands[1])
    let (low, high) = (try context.shape(low), try context.shape(high))
    if (low + high).contains(where: { $0 < 0 }) { throw EvaluationError("padding by a negative amount") }
    let shape = x.shape.indices.map { low[$0].addingSaturated(x.shape[$0]).addingSaturated(high[$0]) }
    var places = Strided.dense(shape)
    for axis in shape.indices { places.offset &+= low[axis] &* places.strides[axis] }
    let size = x.elementType.byteCount
    let result = Literal(x.elementType, shape: shape) { target in
      let everywhere = StridedWalk(shape, Strided(strides: shape.map { _ in 0 }), .dense(shape))
      value.withUnsafeBytes { copyElements(everywhere, byteCount: size, from: $0, to: target) }
      let inside = StridedWalk(x.shape, .dense(x.shape), places)
      x.withUnsafeBytes { copyElements(inside, byteCount: size, from: $0, to: target) }
    }
    return [result]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Pad: MappedOperation {
  public var isCheap: Bool { true }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    let builder = operands.builder
    let position = zip(indices, low).map { $0 - $1 }
    var inside: Local?
    for (index, extent) in zip(position, operands.types[0].shape) {
      inside = builder.and(inside, builder.isInRange(index, 0, extent))
    }
    let element = operands(0, at: position, mask: builder.and(mask, inside))
    guard let inside else { return element }
    return builder.select(inside, element, operands(1, at: [], mask: mask))
  }
}
