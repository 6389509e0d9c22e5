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
}
