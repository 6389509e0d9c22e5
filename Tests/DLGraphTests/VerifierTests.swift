import DLGraph
import Testing

@Suite struct VerifierTests {
  private let type = TensorType(.f32, [4])
  private let symbol = Symbol("B", lower: 1, upper: 8)

  /// What is wrong with a graph of an input `x` and the given nodes and values.
  private func violations(
    symbols: [Symbol] = [], inputs: [Graph.Input]? = nil, values: [Value], nodes: [Node] = [],
    outputs: [Graph.Output] = []
  ) -> [String] {
    let inputs = inputs ?? [Graph.Input(name: "x", value: ValueID(0), role: .tensor)]
    let graph = Graph(
      name: "g", symbols: symbols, values: values, nodes: nodes, inputs: inputs, outputs: outputs)
    do throws(VerificationError) {
      try graph.verify()
      return []
    } catch { return error.violations }
  }

  private func node(_ operands: [Int], _ results: [Int], _ attributes: AttributeList = AttributeList())
    -> Node
  {
    Node(
      operation: Probe(attributes: attributes), operands: operands.map { ValueID($0) },
      results: results.map { ValueID($0) }, sites: [])
  }

  private func input(_ index: Int = 0) -> Value { Value(type: type, definition: .input(index)) }

  private func result(_ node: Int, _ index: Int = 0, _ type: TensorType? = nil) -> Value {
    Value(type: type ?? self.type, definition: .result(NodeID(node), index))
  }

  @Test func validGraphsPass() {
    #expect(violations(values: [input(), result(0)], nodes: [node([0], [1])]).isEmpty)
  }

  @Test func usesFollowDefinitions() {
    #expect(
      violations(values: [input(), result(0), result(1)], nodes: [node([2], [1]), node([1], [2])])
        == ["node 0 (probe) uses a value before its definition"])
    #expect(
      violations(values: [input(), result(0)], nodes: [node([9], [1])])
        == ["node 0 (probe) uses a value before its definition"])
  }

  @Test func definitionsAgree() {
    #expect(
      violations(values: [input(), result(0)], nodes: [node([0], [7])])
        == ["result 0 of node 0 (probe) is out of range: %7", "%1 has no definition"])
    #expect(
      violations(values: [input(), result(0)], nodes: [node([0], [1]), node([0], [1])]) == [
        "result 0 of node 1 (probe) defines %1 again",
        "%1 is not defined by result 0 of node 1 (probe), as it says",
      ])
    #expect(violations(values: [input(1)]) == ["%0 is not defined by input 'x', as it says"])
  }

  @Test func typesAreThoseOfTheRule() {
    #expect(
      violations(values: [input(), result(0, 0, TensorType(.f32, [5]))], nodes: [node([0], [1])])
        == ["node 0 (probe) gives [f32[4]], but its results are [f32[5]]"])
    #expect(
      violations(values: [input(), result(0)], nodes: [node([0], [1], ["fails": .boolean(true)])])
        == ["node 0 (probe) has operands that don't fit: a probe that fails"])
  }

  @Test func outputsAreDefinedAndNamesDistinct() {
    #expect(
      violations(values: [input()], outputs: [Graph.Output(name: "y", value: ValueID(3))])
        == ["output 'y' is an undefined value"])
    let x = Graph.Input(name: "x", value: ValueID(0), role: .tensor)
    let again = Graph.Input(name: "x", value: ValueID(1), role: .tensor)
    #expect(
      violations(inputs: [x, again], values: [input(), input(1)]) == ["two inputs are named 'x'"])
    let output = Graph.Output(name: "y", value: ValueID(0))
    #expect(violations(values: [input()], outputs: [output, output]) == ["two outputs are named 'y'"])
  }

  @Test func symbolsAreDeclared() {
    let open = Value(type: TensorType(.f32, [IntegerExpression(symbol)]), definition: .input(0))
    #expect(violations(symbols: [symbol], values: [open]).isEmpty)
    #expect(violations(values: [open]) == ["%0 uses the symbol 'B', which is not declared"])
    #expect(
      violations(symbols: [Symbol("B")], values: [open]) == ["%0 uses the symbol 'B' with other bounds"])
    #expect(
      violations(symbols: [symbol, Symbol("B")], values: [input()]) == [
        "two symbols are named 'B'", "the symbol 'B' differs from one around the graph",
      ] || violations(symbols: [symbol, Symbol("B")], values: [input()]) == ["two symbols are named 'B'"])
    #expect(
      violations(symbols: [Symbol("a b")], values: [input()])
        == ["the name of the symbol 'a b' is no identifier"])
  }

  @Test func innerGraphsAreChecked() throws {
    let open = TensorType(.f32, [IntegerExpression(symbol)])
    var body = Graph(name: "body")
    let value = body.addInput("x", open)
    body.outputs = [Graph.Output(name: "y", value: value)]
    let nodes = [node([0], [1], ["body": .graph(body)])]
    #expect(violations(symbols: [symbol], values: [input(), result(0)], nodes: nodes).isEmpty)
    #expect(
      violations(values: [input(), result(0)], nodes: nodes)
        == ["node 0 (probe), body: %0 uses the symbol 'B', which is not declared"])
  }

  @Test func statesAreDeclared() throws {
    var graph = Graph(name: "step")
    let cache = graph.addInput("cache", type, role: .state)
    graph.outputs = [Graph.Output(name: "cache", value: cache, role: .state)]
    try Module(name: "m", graphs: [graph], states: [Module.State(name: "cache", type: type)]).verify()
    let error = #expect(throws: VerificationError.self) {
      try Module(name: "m", graphs: [graph, graph], states: []).verify()
    }
    #expect(error?.violations.first == "two graphs are named 'step'")
    #expect(error?.violations.last == "step: the state 'cache' is not declared, but used as f32[4]")
  }
}
