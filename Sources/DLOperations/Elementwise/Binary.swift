import DLGraph
import DLLoops

/// A function of the corresponding elements of two tensors.
public struct Binary: Primitive {
  public var function: BinaryFunction

  public init(_ function: BinaryFunction) { self.function = function }

  public var name: String { function.rawValue }

  public var attributes: AttributeList { [:] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    guard let function = BinaryFunction(rawValue: name) else {
      throw TypeError("`\(name)` is not a function of two elements")
    }
    self.init(function)
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: BinaryFunction.allCases.map(\.rawValue), form: "add(a, b)",
      summary: """
        The function of corresponding elements of two tensors of one type. Integers wrap; their division is \
        that of the floor, and gives 0 by 0; `minimum` and `maximum` give NaN where either is; shifts by the \
        width or more, or by a negative count, give 0 or the sign.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(2, operands)
    try requireEqual(operands[0], operands[1])
    if !function.accepts(operands[0].elementType) {
      throw TypeError("\(name) isn't defined on \(operands[0].elementType), the elements of \(operands[0])")
    }
    return [operands[0]]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) -> [Literal] {
    let (a, b) = (operands[0], operands[1])
    return a.elementType.isFloatingPoint ? [evaluate(a, b, as: Double.self)] : [evaluate(a, b, as: Int.self)]
  }

  private func evaluate<Wide: WideElement>(_ a: Literal, _ b: Literal, as type: Wide.Type) -> Literal {
    a.zipped(with: b, to: a.elementType, Wide.implementation(of: function, on: a.elementType))
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Binary: MappedOperation {
  public var isCheap: Bool { false }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    operands.builder.binary(
      function, operands(0, at: indices, mask: mask), operands(1, at: indices, mask: mask))
  }
}
