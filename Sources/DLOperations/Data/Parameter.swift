import DLGraph

/// A tensor whose value comes from a file of weights; binding puts a constant in its place.
public struct Parameter: Primitive {
  /// The path in the model, which is the name in the file.
  public var parameterName: String
  public var type: TensorType
  /// Whether training changes it; false for buffers.
  public var isTrained: Bool

  public init(name: String, type: TensorType, isTrained: Bool) {
    parameterName = name
    self.type = type
    self.isTrained = isTrained
  }

  public var name: String { "parameter" }

  public var attributes: AttributeList {
    ["name": .string(parameterName), "type": .type(type), "trained": .boolean(isTrained)]
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(
      name: try attributes.string("name"), type: try attributes.type("type"),
      isTrained: try attributes.boolean("trained"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["parameter"], form: "parameter() {name, type, trained}",
      summary: "The weight `name`, which must be bound before evaluation and lowering.")
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(0, operands)
    return [type]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    throw EvaluationError("the parameter `\(parameterName)` has no value")
  }

  public var lowering: Lowering { .data }
}
