import DLCodeGen
import DLEvaluation
import DLGraph
import DLLoops
import DLLowering
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Choices in place of those of the cost model.
struct TuningTests {
  /// A module whose products are blocked and not, with weights and without.
  static func module() throws -> Module {
    var random = SplitMix(seed: 7)
    var graph = Graph(name: "f")
    let product = Contract(batch: [], contracting: [(1, 0)], result: .f32)
    let x = graph.addInput("x", TensorType(.f32, [40, 150]))
    let y = graph.addInput("y", TensorType(.f32, [90, 530]))
    let w = try graph.append(Constant(Literal(.f32, shape: [150, 90], random: &random)), [])[0]
    let first = try graph.append(product, [x, w])[0]
    let z = graph.addInput("z", TensorType(.f32, [530, 70]))
    let u = try graph.append(Unary(.tanh), [first])[0]
    let second = try graph.append(product, [u, y])[0]
    let third = try graph.append(product, [second, z])[0]
    graph.outputs = [Graph.Output(name: "a", value: second), Graph.Output(name: "b", value: third)]
    return Module(name: "Tuned", graphs: [graph])
  }

  private func optimized(_ target: TargetDescription) throws -> Module {
    var module = try Self.module()
    try PassManager(context: PassContext(target: target), verifies: true).run(on: &module)
    return module
  }

  @Test func everyCandidateIsCorrect() throws {
    let module = try optimized(.host)
    let problems = try Program.tuningProblems(of: module, for: .host, options: LoweringOptions())
    #expect(problems.count == 3)
    var random = SplitMix(seed: 8)
    let graph = module.graphs[0]
    let inputs = graph.inputs.map {
      Literal(.f32, shape: graph.type(of: $0.value).shape.compactMap(\.constantValue), random: &random)
    }
    let expected = try Evaluator().evaluate(graph, inputs: inputs)
    for problem in problems {
      #expect(problem.candidates.count > 4)
      #expect(Set(problem.candidates).count == problem.candidates.count)
      for choice in problem.candidates {
        var options = LoweringOptions()
        options.tuning.choices[problem.key] = choice
        let found = try NativeModule(module, passes: [], options: options).run(graph.name, inputs)
        for (a, b) in zip(found, expected) {
          #expect(a.difference(from: b, leastScale: 0.1) == nil, "\(choice) for \(problem.key)")
        }
      }
    }
  }

  @Test func aChoiceShapesTheLoops() throws {
    let target = try #require(TargetDescription.named("skylake-avx512"))
    let module = try optimized(target)
    let problems = try Program.tuningProblems(of: module, for: target, options: LoweringOptions())
    let problem = try #require(problems.first { $0.key.contains("known") })
    var options = LoweringOptions()
    options.tuning.choices[problem.key] = TileChoice(rows: 5, vectors: 1)
    let text = try Program(lowering: module, for: target, options: options).description
    let checks = """
      // CHECK: kernel
      // CHECK: unrolled {{.*}} in 0..<5
      // CHECK-NEXT: unrolled_vector {{.*}} in 0..<16
      """
    #expect(try FileCheck.complaint(about: text, checks: checks) == nil)
    #expect(text != (try Program(lowering: module, for: target).description))
  }

  @Test func anImpossibleChoiceIsIgnored() throws {
    let target = try #require(TargetDescription.named("x86-64-v3"))
    let module = try optimized(target)
    let problems = try Program.tuningProblems(of: module, for: target, options: LoweringOptions())
    var options = LoweringOptions()
    for problem in problems { options.tuning.choices[problem.key] = TileChoice(rows: 14, vectors: 4) }
    let text = try Program(lowering: module, for: target, options: options).description
    #expect(text == (try Program(lowering: module, for: target).description))
  }

  @Test func problemsAreModulesOfTheirOwn() throws {
    let module = try optimized(.host)
    for problem in try Program.tuningProblems(of: module, for: .host, options: LoweringOptions()) {
      let alone = try problem.module()
      let again = try Program.tuningProblems(of: alone, for: .host, options: LoweringOptions())
      #expect(again.map(\.key) == [problem.key])
    }
  }
}
