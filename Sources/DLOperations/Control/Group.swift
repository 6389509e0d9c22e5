import DLGraph

/// Operations that become one kernel: what fusion forms.
public struct Group: Primitive {
  public var body: Graph

  public init(body: Graph) { self.body = body }

  public var name: String { "group" }

  public var attributes: AttributeList { ["body": .graph(body)] }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    body = try attributes.graph("body")
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["group"], form: "group(operands…) {body}",
      summary: "The outputs of `body` for the operands as its inputs: operations that become one kernel.")
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireInputs(of: body, "body", operands)
    return body.outputTypes
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    try context.evaluate(body, operands, context.symbols)
  }

  public var lowering: Lowering { .control }
}
