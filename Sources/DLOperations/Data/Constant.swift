import DLGraph
import DLLoops

/// A tensor known when the model is compiled.
public struct Constant: Primitive {
  public var literal: Literal
  /// The parameter that the literal was bound to.
  public var parameterName: String?

  public init(_ literal: Literal, name: String? = nil) {
    self.literal = literal
    parameterName = name
  }

  public var name: String { "constant" }

  public var attributes: AttributeList {
    var entries = [AttributeList.Entry(name: "value", value: .literal(literal))]
    if let parameterName { entries.append(AttributeList.Entry(name: "name", value: .string(parameterName))) }
    return AttributeList(entries: entries)
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(try attributes.literal("value"), name: try attributes.optionalString("name"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["constant"], form: "constant() {value, name?}",
      summary: "The tensor `value`; `name` is the parameter it was bound to.")
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(0, operands)
    return [literal.type]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) -> [Literal] { [literal] }

  /// A tensor of equal elements, or of two, becomes immediate values; any other is data.
  public var lowering: Lowering { literal.isUniform || literal.shape == [2] ? .mapped(self) : .data }
}

extension Constant: MappedOperation {
  public var isCheap: Bool { true }

  /// - Requires: the elements are all equal, or they are two.
  public func emitElement(
    at indices: [IntegerExpression], mask: Local?, of type: TensorType, _ operands: OperandReader
  ) -> Local {
    let builder = operands.builder
    if literal.count == 0 { return builder.constant(0, type.elementType) }
    if literal.isUniform { return element(0, of: type.elementType, in: builder) }
    if let index = indices[0].constantValue {
      return element(index == 0 ? 0 : 1, of: type.elementType, in: builder)
    }
    let isFirst = builder.compare(.equal, builder.index(indices[0]), builder.index(0))
    return builder.select(
      isFirst, element(0, of: type.elementType, in: builder), element(1, of: type.elementType, in: builder))
  }

  private func element(_ position: Int, of type: ElementType, in builder: KernelBuilder) -> Local {
    let first = literal.taking([], at: Strided(offset: position, strides: []))
    if type.isFloatingPoint {
      let values: [Double] = first.values()
      return builder.floating(values[0], type)
    }
    let values: [Int] = first.values()
    return builder.integer(values[0], type)
  }
}

extension Literal {
  /// The element, where there is only one.
  package var onlyValue: Double? { count == 1 ? (values() as [Double])[0] : nil }

  /// Whether all elements have the same bits.
  ///
  /// - Complexity: the number of elements up to the first that differs.
  public var isUniform: Bool {
    withUnsafeBytes { bytes in
      let size = elementType.byteCount
      return zip(bytes, bytes.dropFirst(size)).allSatisfy { $0 == $1 }
    }
  }
}
