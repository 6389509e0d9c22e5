import DLEvaluation
import DLGraph
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Constant factors that join each other.
struct ScaleMergingTests {
  /// `maximum(x * a + b, d) * 2`, of which nothing else reads a part unless `output` says so.
  private func source(output: String = "%9") -> String {
    """
    func @f(%x: f32[2, 3]) -> (y: f32[2, 3]) {
      %1: f32[3] = constant() {value = f32[3](1.0, 2.0, 3.0)}
      %2: f32[2, 3] = broadcast(%1) {shape = [2, 3], axes = [1]}
      %3: f32[2, 3] = multiply(%x, %2)
      %4: f32[2, 3] = broadcast(%1) {shape = [2, 3], axes = [1]}
      %5: f32[2, 3] = add(%3, %4)
      %6: f32[] = constant() {value = f32[](0.5)}
      %7: f32[2, 3] = broadcast(%6) {shape = [2, 3], axes = []}
      %8: f32[2, 3] = maximum(%5, %7)
      %10: f32[] = constant() {value = f32[](2.0)}
      %11: f32[2, 3] = broadcast(%10) {shape = [2, 3], axes = []}
      %9: f32[2, 3] = multiply(%8, %11)
      %12: f32[2, 3] = add(\(output), %9)
      return %12
    }
    """
  }

  /// The numbers of multiplications before and after, where the graphs compute the same.
  private func multiplications(_ source: String) throws -> (before: Int, after: Int) {
    let graph = try GraphText(source).graph(Primitives.registry)
    var module = Module(name: "Test", graphs: [graph])
    try PassManager(passes: [ScaleMerging()], context: PassContext(target: .host), verifies: true).run(
      on: &module)
    let x = Literal(.f32, shape: [2, 3], elements: [1, -2, 3, -4, 5, -6] as [Float])
    let expected = try Evaluator().evaluate(graph, inputs: [x])[0]
    #expect(try Evaluator().evaluate(module.graphs[0], inputs: [x])[0].difference(from: expected) == nil)
    return (graph.multiplicationCount, module.graphs[0].multiplicationCount)
  }

  @Test func factorsPassShiftsAndBounds() throws {
    #expect(try multiplications(source()) == (2, 1))
  }

  /// What somebody else reads stays as it is.
  @Test func valuesThatAreReadStay() throws {
    #expect(try multiplications(source(output: "%5")) == (2, 2))
  }

  /// The product of the factors would be zero.
  @Test func tinyFactorsStay() throws {
    let tiny = source().replacing("(2.0)", with: "(1e-30)").replacing(
      "(1.0, 2.0, 3.0)", with: "(1e-30, 2.0, 3.0)")
    #expect(try multiplications(tiny) == (2, 2))
  }

  /// A bound would become the other one.
  @Test func negativeFactorsStay() throws {
    #expect(try multiplications(source().replacing("(2.0)", with: "(-2.0)")) == (2, 2))
  }
}

extension Graph {
  fileprivate var multiplicationCount: Int {
    nodes.count { ($0.operation as? Binary)?.function == .multiply }
  }
}
