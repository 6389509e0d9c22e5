import DLGraph
import DLLoops

/// The value of a dimension as a scalar.
public struct Extent: Primitive {
  public var dimension: Dimension

  public init(_ dimension: Dimension) { self.dimension = dimension }

  public var name: String { "extent" }

  public var attributes: AttributeList { ["value": .dimensions([dimension])] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    let dimensions = try attributes.dimensions("value")
    guard dimensions.count == 1 else {
      throw TypeError("extent takes one dimension as `value`, not \(dimensions.count)")
    }
    self.init(dimensions[0])
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["extent"], form: "extent() {value}",
      summary: "The value of an integer expression over the open dimensions, as an i64 scalar.")
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(0, operands)
    return [TensorType(.i64, [])]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    [Literal(.i64, shape: [], elements: [try context.extent(of: dimension)])]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Extent: MappedOperation {
  public var isCheap: Bool { true }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    operands.builder.index(dimension)
  }
}
