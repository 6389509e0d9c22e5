import DLCodeGen
import DLEvaluation
import DLGraph
import DLLoops
import DLTestSupport
import DLTransforms
import Testing

/// Compiled random graphs compute what the evaluator computes.
struct RandomGraphTests {
  /// A way to compile.
  struct Configuration: CustomTestStringConvertible, Sendable {
    var target: String
    var optimizes: Bool
    var testDescription: String { target + (optimizes ? "" : ", unoptimized") }
  }

  static let configurations = [
    Configuration(target: "host", optimizes: true), Configuration(target: "host", optimizes: false),
    Configuration(target: "x86-64-v3", optimizes: true),
  ].filter { TargetDescription.named($0.target)?.runsHere == true }

  /// The number of graphs in one module.
  private static let batch = 20

  @Test(arguments: configurations)
  func compiledGraphsAgree(configuration: Configuration) throws {
    let target = try #require(TargetDescription.named(configuration.target))
    try Fuzzing.run(atLeast: 3) { round in
      let samples = try (0..<Self.batch).map { index in
        try GraphGenerator(
          seed: 1000 + round * Self.batch + index, name: "f\(index)", isOpen: index % 3 == 0)
      }
      let module = Module(name: "Samples", graphs: samples.map(\.graph))
      let passes = configuration.optimizes ? Pipeline.standard : Pipeline.unoptimized
      let native = try NativeModule(module, passes: passes, target: target)
      for (index, sample) in samples.enumerated() {
        let expected = try Evaluator().evaluate(sample.graph, inputs: sample.inputs)
        let results = try native.run("f\(index)", sample.inputs)
        for (output, (result, expected)) in zip(results, expected).enumerated() {
          if let difference = result.difference(from: expected, leastScale: 0.1) {
            Issue.record("seed \(1000 + round * Self.batch + index), output \(output): \(difference)")
          }
        }
      }
    }
  }

  @Test func threadsDontChangeResults() throws {
    let samples = try (0..<Self.batch).map { try GraphGenerator(seed: 5000 + $0, name: "f\($0)") }
    let module = Module(name: "Samples", graphs: samples.map(\.graph))
    let natives = try [1, 2, 4].map { try NativeModule(module, threads: $0) }
    for (index, sample) in samples.enumerated() {
      let results = try natives.map { try $0.run("f\(index)", sample.inputs) }
      #expect(results[1] == results[0], "seed \(5000 + index), 2 threads")
      #expect(results[2] == results[0], "seed \(5000 + index), 4 threads")
    }
  }
}
