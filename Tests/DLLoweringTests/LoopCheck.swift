import DLCodeGen
import DLGraph
import DLLoops
import DLLowering
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Optimizes and lowers a graph for AVX-512, and compares the loops with the expectations in the graph's comments.
///
/// - Parameter caches: the sizes of the caches, where they matter.
func checkLoops(_ source: String, caches: [Int]? = nil) throws {
  var target = try #require(TargetDescription.named("skylake-avx512"))
  target.cacheByteCounts = caches ?? target.cacheByteCounts
  var module = Module(name: "Test", graphs: [try GraphText(source).graph(Primitives.registry)])
  try PassManager(context: PassContext(target: target), verifies: true).run(on: &module)
  let program = try Program(lowering: module, for: target)
  if let complaint = try FileCheck.complaint(about: program.description, checks: source) {
    Issue.record("\(complaint)")
  }
}
