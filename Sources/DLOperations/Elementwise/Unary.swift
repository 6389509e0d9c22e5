import DLGraph
import DLLoops

/// A function of every element.
public struct Unary: Primitive {
  public var function: UnaryFunction

  public init(_ function: UnaryFunction) { self.function = function }

  public var name: String { function.rawValue }

  public var attributes: AttributeList { [:] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    guard let function = UnaryFunction(rawValue: name) else {
      throw TypeError("`\(name)` is not a function of one element")
    }
    self.init(function)
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: UnaryFunction.allCases.map(\.rawValue), form: "exp(x)",
      summary: """
        The function of every element. `round` takes halves to the even integer; `not` is the complement of \
        a bool or of the bits of an integer; the sign of NaN is NaN.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(1, operands)
    if !function.accepts(operands[0].elementType) {
      throw TypeError("\(name) isn't defined on \(operands[0].elementType), the elements of \(operands[0])")
    }
    return [operands[0]]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) -> [Literal] {
    let x = operands[0]
    return x.elementType.isFloatingPoint ? [evaluate(x, as: Double.self)] : [evaluate(x, as: Int.self)]
  }

  private func evaluate<Wide: WideElement>(_ x: Literal, as type: Wide.Type) -> Literal {
    x.mapped(to: x.elementType, Wide.implementation(of: function, on: x.elementType))
  }

  public var lowering: Lowering { .mapped(self) }
}

extension Unary: MappedOperation {
  public var isCheap: Bool { function == .negate || function == .abs || function == .not }

  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    operands.builder.unary(function, operands(0, at: indices, mask: mask))
  }
}
