import DLEvaluation
import DLGraph
import DLOperations
import Foundation
import Testing

struct ControlTests {
  let vector = TensorType(.f32, [2])

  /// `h' = tanh(h + x * w)`, and `h'` again to be stacked.
  private func recurrence() throws -> Graph {
    var body = Graph(name: "step")
    let h = body.addInput("h", vector)
    let x = body.addInput("x", vector)
    let w = body.addInput("w", vector)
    let product = try body.append(Binary(.multiply), [x, w])[0]
    let sum = try body.append(Binary(.add), [h, product])[0]
    let next = try body.append(Unary(.tanh), [sum])[0]
    body.outputs = [Graph.Output(name: "h", value: next), Graph.Output(name: "y", value: next)]
    return body
  }

  @Test(arguments: [false, true])
  func scanCarriesAndStacks(reverse: Bool) throws {
    let scan = Scan(body: try recurrence(), carries: 1, sequences: 1, reverse: reverse)
    let xs: [Float] = [1, 2, 3, 4, 5, 6]
    let results = try apply(scan, [f32(0.5, -0.5), f32([3, 2], xs), f32(0.1, 0.2)])
    var h: [Double] = [0.5, -0.5]
    var expected = [Float](repeating: 0, count: 6)
    for step in reverse ? [2, 1, 0] : [0, 1, 2] {
      for lane in 0..<2 {
        h[lane] = Double(Float(tanh(h[lane] + Double(xs[step * 2 + lane]) * (lane == 0 ? 0.1 : 0.2))))
        expected[step * 2 + lane] = Float(h[lane])
      }
    }
    #expect(difference(results[0], f32([2], h.map(Float.init))) == nil)
    #expect(difference(results[1], f32([3, 2], expected)) == nil)
  }

  @Test func scanOfNothingKeepsTheCarry() throws {
    let scan = Scan(body: try recurrence(), carries: 1, sequences: 1)
    let results = try apply(scan, [f32(1, 2), f32([0, 2], []), f32(1, 1)])
    #expect(results == [f32(1, 2), f32([0, 2], [])])
  }

  /// Doubles `x` as long as it is less than `limit`.
  private func doubling() throws -> While {
    let scalar = TensorType(.f32, [])
    var condition = Graph(name: "condition")
    let inputs = [condition.addInput("x", scalar), condition.addInput("limit", scalar)]
    condition.outputs = [
      Graph.Output(name: "isLess", value: try condition.append(Compare(.less), inputs)[0])
    ]
    var body = Graph(name: "body")
    let x = body.addInput("x", scalar)
    _ = body.addInput("limit", scalar)
    body.outputs = [Graph.Output(name: "x", value: try body.append(Binary(.add), [x, x])[0])]
    return While(condition: condition, body: body, carries: 1)
  }

  @Test func whileRunsUntilTheConditionFails() throws {
    #expect(try apply(doubling(), [f32([], [3]), f32([], [20])]) == [f32([], [24])])
    #expect(try apply(doubling(), [f32([], [30]), f32([], [20])]) == [f32([], [30])])
  }

  @Test func endlessLoopsCanBeCancelled() throws {
    struct Cancelled: Error {}
    var graph = Graph(name: "f")
    let scalar = TensorType(.f32, [])
    let inputs = [graph.addInput("x", scalar), graph.addInput("limit", scalar)]
    try graph.append(doubling(), inputs)
    var evaluator = Evaluator()
    var nodes = 0
    evaluator.checkCancellation = {
      nodes += 1
      if nodes > 1000 { throw Cancelled() }
    }
    #expect(throws: Cancelled.self) {
      try evaluator.evaluate(graph, inputs: [f32([], [0]), f32([], [1])])
    }
  }

  @Test func statesOutliveCalls() throws {
    var graph = Graph(name: "count")
    let sum = graph.addInput("sum", vector, role: .state)
    let x = graph.addInput("x", vector)
    let next = try graph.append(Binary(.add), [sum, x])[0]
    graph.outputs = [
      Graph.Output(name: "y", value: next), Graph.Output(name: "sum", value: next, role: .state),
    ]
    let module = Module(name: "Counter", graphs: [graph], states: [Module.State(name: "sum", type: vector)])
    var model = try ModuleEvaluator(module)
    #expect(try model.call("count", [f32(1, 2)]) == [f32(1, 2)])
    let saved = model.states
    #expect(try model.call("count", [f32(1, 2)]) == [f32(2, 4)])
    model.states = saved
    #expect(try model.call("count", [f32(5, 5)]) == [f32(6, 7)])
    #expect(throws: EvaluationError("Counter has no entry point run; it has count")) {
      try model.call("run", [])
    }
    #expect(throws: EvaluationError("count takes 1 arguments (x), but is given 0")) {
      try model.call("count", [])
    }
  }

  @Test func typeErrorsSpeakToTheAuthor() throws {
    let body = try recurrence()
    let sequence = TensorType(.f32, [5, 2])
    let scan = Scan(body: body, carries: 1, sequences: 1)
    #expect(typeError(scan, vector, sequence) == "the body of scan takes 3 values but is given 2")
    #expect(
      typeError(scan, vector, TensorType(.f32, [5, 3]), vector)
        == "the body of scan takes x: f32[2] but is given f32[3]")
    #expect(typeError(scan, vector, TensorType(.f32, []), vector) == "scan can't run over a scalar, f32[]")
    #expect(
      typeError(Scan(body: body, carries: 0, sequences: 2), sequence, TensorType(.f32, [4, 2]), vector)
        == "scan can't run over f32[5, 2] and f32[4, 2] together: axis 0 is 5 and 4")
    #expect(
      typeError(While(condition: body, body: body, carries: 1), vector, vector, vector)
        == "the condition of while gives one bool[], not f32[2], f32[2]")
    #expect(typeError(Group(body: body), vector) == "the body of group takes 3 values but is given 1")
  }

  @Test func carriesKeepTheirTypes() throws {
    var body = Graph(name: "grow")
    let x = body.addInput("x", vector)
    let element = body.addInput("element", vector)
    let longer = try body.append(Concatenate(axis: 0), [x, element])[0]
    body.outputs = [Graph.Output(name: "x", value: longer)]
    let scan = Scan(body: body, carries: 1, sequences: 1)
    #expect(
      typeError(scan, vector, TensorType(.f32, [5, 2])) == "scan carries x: f32[2] but its body gives f32[4]")
  }
}
