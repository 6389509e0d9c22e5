import DLCompiler
import DLEvaluation
import DLGraph
import DLSyntax
import DLTestSupport
import Testing

/// Products of every shape, with operands known and unknown, as they lie and transposed, against the evaluator.
@Suite struct ProductTests {
  struct Shape: CustomTestStringConvertible, Sendable {
    var rows: Int
    var depth: Int
    var columns: Int
    var testDescription: String { "\(rows)x\(depth)x\(columns)" }
  }

  static let shapes = [
    (1, 1, 1), (1, 7, 5), (1, 300, 1), (3, 65, 700), (2, 33, 301), (4, 130, 256), (5, 64, 40), (13, 1, 13),
    (17, 33, 65), (29, 20, 1), (30, 1024, 33), (100, 100, 100), (27, 48, 96), (1, 64, 600),
    // Few columns.
    (13, 200, 5), (300, 129, 8), (1, 150, 3),
    // In blocks: of terms, of panels, of rows.
    (150, 700, 513), (9, 2100, 40), (130, 130, 1100), (700, 5, 513),
  ].map { Shape(rows: $0.0, depth: $0.1, columns: $0.2) }

  @Test(arguments: shapes)
  func agreesWithTheEvaluator(shape: Shape) throws {
    let (m, k, n) = (shape.rows, shape.depth, shape.columns)
    let source = """
      model P {
        func forward(x: f32[\(m), \(k)], w: f32[\(k), \(n)], u: f32[\(n), \(k)], z: f32[\(k), \(m)]) -> (
          f32[...], f32[...], f32[...], f32[...]
        ) {
          return (x @ w, tanh(x @ u.T) + 1, z.T @ w, (x @ w).T * 2)
        }
      }
      """
    let module = try Compiler().elaborate(SourceFile(name: "p.dl", text: source))
    let graph = try #require(module.graphs.first)
    var random = SplitMix(seed: 3)
    let inputs = graph.inputs.map {
      Literal(.f32, shape: graph.type(of: $0.value).shape.compactMap(\.constantValue), random: &random)
    }
    let expected = try Evaluator().evaluate(graph, inputs: inputs)
    let found = try NativeModule(module).run(graph.name, inputs)
    for (index, (a, b)) in zip(found, expected).enumerated() {
      let problem = a.difference(from: b, leastScale: 0.1)
      #expect(problem == nil, "result \(index)")
    }
    #expect(try NativeModule(module, threads: 3).run(graph.name, inputs) == found)
  }

  @Test(arguments: [1, 2, 5, 6, 7, 12, 13, 14, 15, 27, 100])
  func anOpenNumberOfRowsRunsInTiles(rows: Int) throws {
    let source = """
      model P {
        dim B in 1...100
        param w: f32[40, 50]
        func forward(x: f32[B, 40], u: f32[40, 600], v: f32[200, 300]) -> (f32[B, 50], f32[B, 600], f32[B, 300]) {
          return (relu(x @ w), x @ u, concat([x, x, x, x, x], 1) @ v)
        }
      }
      """
    var compiler = Compiler()
    compiler.options.weights = .random(seed: 1)
    var module = try compiler.elaborate(SourceFile(name: "p.dl", text: source))
    try compiler.bindWeights(&module)
    let graph = try #require(module.graphs.first)
    var random = SplitMix(seed: 3)
    let inputs = [[rows, 40], [40, 600], [200, 300]].map { Literal(.f32, shape: $0, random: &random) }
    let expected = try Evaluator().evaluate(graph, inputs: inputs)
    for (a, b) in zip(try NativeModule(module).run(graph.name, inputs), expected) {
      #expect(a.difference(from: b, leastScale: 0.1) == nil)
    }
  }

  @Test func sumsThatWaitInAnOutputMeetTheEpilogueOnce() throws {
    let source = """
      model P {
        func forward(x: f32[90, 1500], w: f32[1500, 520], b: f32[520], r: f32[90, 520]) -> (f32[90, 520], bool[90, 520]) {
          let y = tanh((x @ w) * 0.1 + b) + r
          return (y, y > 0)
        }
      }
      """
    let module = try Compiler().elaborate(SourceFile(name: "p.dl", text: source))
    let graph = try #require(module.graphs.first)
    var random = SplitMix(seed: 5)
    let inputs = graph.inputs.map {
      Literal(.f32, shape: graph.type(of: $0.value).shape.compactMap(\.constantValue), random: &random)
    }
    let expected = try Evaluator().evaluate(graph, inputs: inputs)
    let found = try NativeModule(module).run(graph.name, inputs)
    #expect(found[0].difference(from: expected[0], leastScale: 0.1) == nil)
    #expect(try NativeModule(module, threads: 3).run(graph.name, inputs) == found)
  }
}
