import DLCodeGen
import DLGraph
import DLLoops
import DLLowering
import DLTransforms

/// Runs graphs as machine code of this machine, where that is worth compiling them.
package struct NativeExecutor: GraphExecutor {
  /// The least work, in arithmetic operations, for which compiling takes less time than interpreting.
  private let threshold: Int

  package init(threshold: Int = 2_000_000_000) { self.threshold = threshold }

  package func prepare(_ graph: Graph, exampleCount: Int) throws -> any PreparedGraph {
    let work = graph.operationCount.upperBound ?? .max
    let batch = graph.inputs.first.map { graph.type(of: $0.value) }?.shape.first
    let perExample = work / max(1, batch?.upperBound ?? 1)
    guard perExample.multipliedSaturated(exampleCount) >= threshold,
      graph.hasBoundedValues
    else { return Interpreter().prepare(graph, exampleCount: exampleCount) }
    var module = Module(name: "Calibration", graphs: [graph])
    try PassManager(context: PassContext(target: .host)).run(on: &module)
    let program = try Program(lowering: module, for: .host)
    return try NativeGraph(CodeGenerator(target: .host).emit(program, options: CodeGenerator.Options()))
  }
}

extension Graph {
  /// Whether the memory for all values can be planned.
  var hasBoundedValues: Bool {
    nodes.allSatisfy { $0.results.allSatisfy { type(of: $0).shape.allSatisfy { $0.upperBound != nil } } }
  }
}
