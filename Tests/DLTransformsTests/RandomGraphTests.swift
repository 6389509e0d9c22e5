import DLCodeGen
import DLEvaluation
import DLGraph
import DLLoops
import DLTestSupport
import DLTransforms
import Testing

/// Passes keep what random graphs compute.
struct RandomGraphTests {
  @Test(arguments: [false, true])
  func passesKeepTheResults(isOpen: Bool) throws {
    try Fuzzing.run(atLeast: 150) { seed in
      let sample = try GraphGenerator(seed: seed, isOpen: isOpen)
      try sample.graph.verify()
      let expected = try Evaluator().evaluate(sample.graph, inputs: sample.inputs)
      let inputs = sample.inputs
      var module = Module(name: "Sample", graphs: [sample.graph])
      let manager = PassManager(context: PassContext(target: .host), verifies: true) { pass, module in
        let results = try Evaluator().evaluate(module.graphs[0], inputs: inputs)
        for (index, (result, expected)) in zip(results, expected).enumerated() {
          if let difference = result.difference(from: expected, leastScale: 0.1) {
            Issue.record("seed \(seed), open \(isOpen), after \(pass), output \(index): \(difference)")
          }
        }
      }
      #expect(throws: Never.self, "seed \(seed), open \(isOpen)") { try manager.run(on: &module) }
    }
  }

  @Test func theSameSeedGivesTheSameGraph() throws {
    #expect(try GraphGenerator(seed: 3).graph == GraphGenerator(seed: 3).graph)
  }
}
