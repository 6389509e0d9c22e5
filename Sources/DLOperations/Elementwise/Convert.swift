import DLGraph
import DLLoops

/// The elements in another type.
public struct Convert: Primitive {
  public var target: ElementType

  public init(to target: ElementType) { self.target = target }

  public var name: String { "convert" }

  public var attributes: AttributeList { ["to": .elementType(target)] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(to: try attributes.elementType("to"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["convert"], form: "convert(x) {to}",
      summary: """
        The elements in another type. Floats round to nearest even; a float to an integer truncates and \
        saturates, and NaN becomes 0; integers wrap; to bool means `!= 0`.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(1, operands)
    return [TensorType(target, operands[0].shape)]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) -> [Literal] {
    [operands[0].converted(to: target)]
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Convert: MappedOperation {
  public var isCheap: Bool { true }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    operands.builder.convert(operands(0, at: indices, mask: mask), to: target)
  }
}
