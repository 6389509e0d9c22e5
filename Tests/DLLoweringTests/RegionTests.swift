import DLCodeGen
import DLEvaluation
import DLGraph
import DLLoops
import DLLowering
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Values that lie inside others, and results in the memory of operands.
struct RegionTests {
  @Test func productsWriteTheirPiecesOfAConcatenation() throws {
    try checkLoops(
      """
      func @f(%x: f32[64, 64], %a: f32[64, 64], %b: f32[64, 32]) -> (y: f32[64, 96]) {
        // CHECK: kernel k0_contract
        // CHECK: kernel k1_contract
        // CHECK-NOT: kernel k2
        %1: f32[64, 64] = contract(%x, %a) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %2: f32[64, 32] = contract(%x, %b) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %3: f32[64, 96] = concatenate(%1, %2) {axis = 1}
        return %3
      }
      """)
  }

  /// Concatenations of concatenations, of operands and of views, inside paddings, whose pieces are read elsewhere too.
  @Test func piecesAreWhatTheyWere() throws {
    try check(
      """
      module @Test
      func @f(%x: f32[12, 16], %w: f32[16, 8]) -> (y: f32[14, 43], z: f32[12, 8], s: f32[12]) {
        %1: f32[12, 8] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %2: f32[12, 8] = tanh(%1)
        %3: f32[12, 8] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %4: f32[12, 8] = sin(%3)
        %5: f32[12, 16] = concatenate(%2, %4) {axis = 1}
        %6: f32[12, 16] = sin(%x)
        %7: f32[12, 8] = slice(%x) {starts = [0, 3], extents = [12, 8], steps = [1, 1]}
        %8: f32[12, 40] = concatenate(%5, %6, %7) {axis = 1}
        %9: f32[] = constant() {value = f32[](0)}
        %10: f32[14, 43] = pad(%8, %9) {low = [1, 1], high = [1, 2]}
        %11: f32[14, 43] = exp(%10)
        %12: f32[12, 8] = exp(%2)
        %13: f32[12] = reduce(%8) {function = "sum", axes = [1]}
        return %11, %12, %13
      }
      """)
  }

  @Test func openExtentsArePlacedToo() throws {
    try check(
      """
      module @Test
      func @f[T in 1...40](%x: f32[T, 16], %w: f32[16, 24], %m: f32[24, 24]) -> (y: f32[T, 24], z: f32[2 * T, 24]) {
        %1: f32[T, 24] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %2: f32[T, 24] = tanh(%1)
        %3: f32[T, 24] = sin(%2)
        %4: f32[2 * T, 24] = concatenate(%2, %3) {axis = 0}
        %5: f32[2 * T, 24] = contract(%4, %m) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %3, %5
      }
      """, open: 17)
  }

  @Test func residualSumsLieWhereAnOperandLay() throws {
    let text = """
      module @Test
      func @f(%x: f32[64, 64], %w: f32[64, 64]) -> (y: f32[64, 64]) {
        %1: f32[64, 64] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %2: f32[64, 64] = tanh(%1)
        %3: f32[64, 64] = contract(%2, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %4: f32[64, 64] = contract(%3, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %5: f32[64, 64] = add(%4, %2)
        %6: f32[64, 64] = contract(%5, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %6
      }
      """
    try check(text)
    var module = try GraphText(text).module(Primitives.registry)
    try PassManager(context: PassContext(target: .host)).run(on: &module)
    let function = try Program(lowering: module, for: .host).functions[0]
    #expect(function.workspaceByteCount == 2 * 64 * 64 * 4)
    #expect(function.leastWorkspaceByteCount == function.workspaceByteCount)
  }

  @Test func normalizedRowsLieWhereTheRowsLay() throws {
    let text = """
      module @Test
      func @f(%x: f32[8, 256], %w: f32[256, 256]) -> (y: f32[8, 256]) {
        %1: f32[8, 256] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %2: f32[8] = reduce(%1) {function = "sum", axes = [1]}
        %3: f32[8, 256] = broadcast(%2) {shape = [8, 256], axes = [0]}
        %4: f32[8, 256] = subtract(%1, %3)
        %5: f32[8, 256] = contract(%4, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %5
      }
      """
    try check(text)
  }

  /// Compares compiled code with the evaluator.
  private func check(_ text: String, open: Int = 1) throws {
    let module = try GraphText(text).module(Primitives.registry)
    let graph = module.graphs[0]
    var random = SplitMix(seed: 3)
    let inputs = graph.inputs.map { input in
      let type = graph.type(of: input.value)
      return Literal(type.elementType, shape: type.shape.map { $0.constantValue ?? open }, random: &random)
    }
    let expected = try Evaluator().evaluate(graph, inputs: inputs)
    for threads in [1, 2] {
      let results = try NativeModule(module, threads: threads).run(graph.name, inputs)
      for (index, (result, expected)) in zip(results, expected).enumerated() {
        if let difference = result.difference(from: expected, leastScale: 0.1) {
          Issue.record("output \(index): \(difference)")
        }
      }
    }
  }
}
