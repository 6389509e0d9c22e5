import DLEvaluation
import DLGraph
import DLOperations
import Testing

struct EvaluatorTests {
  let batch = Symbol("B", lower: 1, upper: 4)
  let time = Symbol("T", lower: 1, upper: 16)

  /// `y = x + x`
  private func double(_ type: TensorType) throws -> Graph {
    var graph = Graph(name: "double")
    let x = graph.addInput("x", type)
    let y = try graph.append(Binary(.add), [x, x])[0]
    graph.outputs = [Graph.Output(name: "y", value: y)]
    return graph
  }

  @Test func symbolsComeFromTheInputs() throws {
    let graph = try double(TensorType(.f32, [Dimension(batch), 2]))
    #expect(try Evaluator().evaluate(graph, inputs: [f32([1, 2], [1, 2])]) == [f32([1, 2], [2, 4])])
  }

  @Test func inputsAreChecked() throws {
    var graph = Graph(name: "f")
    let (b, t) = (Dimension(batch), Dimension(time))
    _ = graph.addInput("x", TensorType(.f32, [b, t + 1]))
    _ = graph.addInput("y", TensorType(.f32, [b, t]))
    let message = { (inputs: Literal...) in
      #expect(throws: EvaluationError.self) { try Evaluator().evaluate(graph, inputs: inputs) }?.message
    }
    let zeros = { (shape: [Int]) in Literal(.f32, shape: shape) { _ in } }
    #expect(message(zeros([1, 2])) == "f takes 2 inputs (x, y), but is given 1")
    #expect(
      message(zeros([1, 2]), i64([1, 1], [0])) == "the input y is f32[B, T], but i64[1, 1] is given")
    #expect(
      message(zeros([1, 2]), zeros([2, 1])) == "B is 1 by axis 0 of x, but 2 by axis 0 of y")
    #expect(message(zeros([5, 2]), zeros([5, 1])) == "B is 5 by axis 0 of x, but at most 4")
    #expect(
      message(zeros([1, 2]), zeros([1, 0]))
        == "the input x is f32[B, T + 1], but f32[1, 2] is given: axis 1 is T + 1 = 1 and 2")
  }

  @Test func valuesOfSymbolsMayBeGiven() throws {
    var graph = Graph(name: "f")
    let value = try graph.append(Extent(Dimension(time) * 2), [])[0]
    graph.outputs = [Graph.Output(name: "y", value: value)]
    #expect(try Evaluator().evaluate(graph, inputs: [], symbols: [time: 5]) == [i64([], [10])])
    #expect(throws: EvaluationError.self) { try Evaluator().evaluate(graph, inputs: []) }
  }

  @Test func unboundParametersAreNamed() throws {
    var graph = Graph(name: "f")
    for name in ["a.weight", "b.weight"] {
      try graph.append(Parameter(name: name, type: TensorType(.f32, []), isTrained: true), [])
    }
    #expect(graph.unboundParameters == ["a.weight", "b.weight"])
    #expect(
      throws: EvaluationError("f can't be evaluated: no weights are bound to a.weight, b.weight")
    ) { try Evaluator().evaluate(graph, inputs: []) }
  }

  @Test func constantsAreBoundWeights() throws {
    var graph = Graph(name: "f")
    let weight = try graph.append(Constant(f32(1, 2), name: "weight"), [])[0]
    graph.outputs = [Graph.Output(name: "y", value: weight)]
    #expect(try Evaluator().evaluate(graph, inputs: []) == [f32(1, 2)])
  }

  @Test func observersSeeEveryNode() throws {
    var seen: [String] = []
    var evaluator = Evaluator()
    evaluator.observe = { node, results in seen.append("\(node.operation.name) \(results[0].type)") }
    let body = try double(TensorType(.f32, [2]))
    var graph = Graph(name: "f")
    let x = graph.addInput("x", TensorType(.f32, [2]))
    let y = try graph.append(Group(body: body), [x])[0]
    graph.outputs = [Graph.Output(name: "y", value: y), Graph.Output(name: "again", value: y)]
    #expect(try evaluator.evaluate(graph, inputs: [f32(1, 2)]) == [f32(2, 4), f32(2, 4)])
    #expect(seen == ["add f32[2]", "group f32[2]"])
  }

  @Test func valuesLargerThanTheMemoryAreRefused() throws {
    var graph = Graph(name: "f")
    let x = graph.addInput("x", TensorType(.f32, []))
    try graph.append(Broadcast(shape: [Dimension(1 << 40), Dimension(1 << 40)], axes: []), [x])
    #expect(throws: EvaluationError.self) { try Evaluator().evaluate(graph, inputs: [f32([], [1])]) }
  }
}
