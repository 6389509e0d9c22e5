import DLCodeGen
import DLGraph
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// What becomes of products where the build asks for narrow factors.
struct NarrowProductsTests {
  private func check(_ source: String) throws {
    var module = Module(name: "Test", graphs: [try GraphText(source).graph(Primitives.registry)])
    var context = PassContext(target: .host)
    context.arithmetic = .bf16
    let passes: [any Pass] = [NarrowProducts(), CommonSubexpressionElimination(), DeadCodeElimination()]
    try PassManager(passes: passes, context: context, verifies: true).run(on: &module)
    let complaint = try FileCheck.complaint(about: GraphText(module.graphs[0]).text, checks: source)
    if let complaint { Issue.record("\(complaint)") }
  }

  @Test func factorsOfProductsWithWeightsAreNarrow() throws {
    try check(
      """
      func @f(%x: f32[4, 8]) -> (y: f32[4, 2], z: f32[4, 8]) {
        // CHECK: [[W:%[0-9]+]]: f32[8, 2] = constant()
        // CHECK: [[X:%[0-9]+]]: bf16[4, 8] = convert(%x)
        // CHECK: [[V:%[0-9]+]]: bf16[8, 2] = convert([[W]])
        // CHECK: f32[4, 2] = contract([[X]], [[V]])
        // CHECK: [[Y:%[0-9]+]]: f32[4, 8] = convert([[X]])
        // CHECK: tanh([[Y]])
        %1: f32[8, 2] = constant() {value = f32[8, 2](1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)}
        %2: f32[4, 2] = contract(%x, %1) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %3: f32[4, 8] = tanh(%x)
        return %2, %3
      }
      """)
  }

  @Test func productsOfActivationsAndDepthwiseConvolutionsStay() throws {
    try check(
      """
      func @f(%x: f32[1, 2, 8], %y: f32[8, 3]) -> (y: f32[1, 2, 3], z: f32[1, 2, 8]) {
        // CHECK-NOT: bf16
        %1: f32[2, 1, 1] = constant() {value = f32[2, 1, 1](1.0, 2.0)}
        %2: f32[1, 2, 3] = contract(%x, %y) {batch_left = [], batch_right = [], contract_left = [2], contract_right = [0], result = f32}
        %3: f32[1, 2, 8] = convolve(%x, %1) {strides = [1], padding_low = [0], padding_high = [0], dilation = [1], input_dilation = [1], groups = 2}
        return %2, %3
      }
      """)
  }
}
