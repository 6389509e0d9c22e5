import DLGraph
import DLLoops

/// The index along one axis.
public struct Iota: Primitive {
  public var type: TensorType
  public var axis: Int

  public init(type: TensorType, axis: Int) {
    self.type = type
    self.axis = axis
  }

  public var name: String { "iota" }

  public var attributes: AttributeList { ["type": .type(type), "axis": .integer(axis)] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(type: try attributes.type("type"), axis: try attributes.integer("axis"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["iota"], form: "iota() {type, axis}",
      summary: "A tensor of `type` whose elements are their index along `axis`.")
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(0, operands)
    try requireAxis(axis, of: type)
    if type.elementType == .bool { throw TypeError("iota can't count in bool") }
    return [type]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    let shape = try context.shape(type.shape)
    let row = Literal(type.elementType, shape: [shape[axis]], values: Array(0..<Swift.max(shape[axis], 0)))
    var strides = [Int](repeating: 0, count: shape.count)
    strides[axis] = 1
    return [row.taking(shape, at: Strided(strides: strides))]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Iota: MappedOperation {
  public var isCheap: Bool { true }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    operands.builder.convert(operands.builder.index(indices[axis]), to: type.elementType)
  }
}
