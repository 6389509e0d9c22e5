import DLGraph

/// Runs a body as long as a condition holds: generation until an end token.
public struct While: Primitive {
  /// Takes carries and invariants; gives one bool.
  public var condition: Graph
  /// Takes carries and invariants; gives carries.
  public var body: Graph
  /// The number of values carried.
  public var carries: Int

  public init(condition: Graph, body: Graph, carries: Int) {
    self.condition = condition
    self.body = body
    self.carries = carries
  }

  public var name: String { "while" }

  public var attributes: AttributeList {
    ["condition": .graph(condition), "body": .graph(body), "carries": .integer(carries)]
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(
      condition: try attributes.graph("condition"), body: try attributes.graph("body"),
      carries: try attributes.integer("carries"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["while"], form: "while(carries…, invariants…) {condition, body, carries}",
      summary: """
        Runs `body(carries…, invariants…)`, which gives the next carries, as long as \
        `condition(carries…, invariants…)` is true. The results are the carries for which it is false.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    if carries < 0 || operands.count < carries {
      throw TypeError("while can't carry \(carries) of \(operands.count) operands")
    }
    try requireInputs(of: condition, "condition", operands)
    if condition.outputTypes != [TensorType(.bool, [])] {
      let found = condition.outputTypes.map(\.description).joined(separator: ", ")
      throw TypeError("the condition of while gives one bool[], not \(found.isEmpty ? "nothing" : found)")
    }
    try requireInputs(of: body, "body", operands)
    try requireCarries(carries, from: body, operands)
    if body.outputs.count != carries {
      throw TypeError("the body of while gives \(body.outputs.count) values but carries \(carries)")
    }
    return Array(operands[..<carries])
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    var values = operands
    while try holds(values, in: context) {
      values.replaceSubrange(..<carries, with: try context.evaluate(body, values, context.symbols))
    }
    return Array(values[..<carries])
  }

  private func holds(_ values: [Literal], in context: EvaluationContext) throws -> Bool {
    try context.evaluate(condition, values, context.symbols)[0].elements(as: UInt8.self)[0] != 0
  }

  public var lowering: Lowering { .control }
}
