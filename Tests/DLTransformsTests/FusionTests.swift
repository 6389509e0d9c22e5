import DLCodeGen
import DLTestSupport
import DLTransforms
import Testing

/// Which groups form; the expectations stand in the graphs' comments.
struct FusionTests {
  private func check(_ source: String) throws {
    let passes: [any Pass] = [Fusion(), DeadCodeElimination()]
    if let complaint = try FileCheck.complaint(after: passes, of: source, target: .host) {
      Issue.record("\(complaint)")
    }
  }

  @Test func elementwiseChainsAreOneGroup() throws {
    try check(
      """
      func @f(%x: f32[4], %b: f32[4]) -> (y: f32[4]) {
        // CHECK-COUNT-1: = group(
        // CHECK-NOT: = group(
        %2: f32[4] = add(%x, %b)
        %3: f32[4] = tanh(%2)
        %4: f32[4] = multiply(%3, %x)
        return %4
      }
      """)
  }

  @Test func productsTakeBiasActivationAndResidual() throws {
    try check(
      """
      func @f(%x: f32[4, 8], %w: f32[8, 16], %b: f32[16], %r: f32[4, 16]) -> (y: f32[4, 16]) {
        // CHECK-COUNT-1: = group(
        // CHECK-NOT: = group(
        %4: f32[4, 16] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %5: f32[4, 16] = broadcast(%b) {shape = [4, 16], axes = [1]}
        %6: f32[4, 16] = add(%4, %5)
        %7: f32[4, 16] = erf(%6)
        %8: f32[4, 16] = multiply(%6, %7)
        %9: f32[4, 16] = add(%8, %r)
        return %9
      }
      """)
  }

  @Test func softmaxIsOneRowGroup() throws {
    try check(
      """
      func @f(%x: f32[4, 8]) -> (y: f32[4, 8]) {
        // CHECK-COUNT-1: = group(
        // CHECK-NOT: = group(
        %1: f32[4] = reduce(%x) {function = "maximum", axes = [1]}
        %2: f32[4, 8] = broadcast(%1) {shape = [4, 8], axes = [0]}
        %3: f32[4, 8] = subtract(%x, %2)
        %4: f32[4, 8] = exp(%3)
        %5: f32[4] = reduce(%4) {function = "sum", axes = [1]}
        %6: f32[4, 8] = broadcast(%5) {shape = [4, 8], axes = [0]}
        %7: f32[4, 8] = divide(%4, %6)
        return %7
      }
      """)
  }

  @Test func layerNormIsOneRowGroup() throws {
    try check(
      """
      func @f(%x: f32[4, 8], %g: f32[8]) -> (y: f32[4, 8]) {
        // CHECK-COUNT-1: = group(
        // CHECK-NOT: = group(
        %2: f32[] = constant() {value = f32[](0.125)}
        %3: f32[4] = broadcast(%2) {shape = [4], axes = []}
        %4: f32[4] = reduce(%x) {function = "sum", axes = [1]}
        %5: f32[4] = multiply(%4, %3)
        %6: f32[4, 8] = broadcast(%5) {shape = [4, 8], axes = [0]}
        %7: f32[4, 8] = subtract(%x, %6)
        %8: f32[4, 8] = multiply(%7, %7)
        %9: f32[4] = reduce(%8) {function = "sum", axes = [1]}
        %10: f32[4] = multiply(%9, %3)
        %11: f32[4] = rsqrt(%10)
        %12: f32[4, 8] = broadcast(%11) {shape = [4, 8], axes = [0]}
        %13: f32[4, 8] = multiply(%7, %12)
        %14: f32[4, 8] = broadcast(%g) {shape = [4, 8], axes = [1]}
        %15: f32[4, 8] = multiply(%13, %14)
        return %15
      }
      """)
  }

  /// The two ends of a diamond may not join around the reduction between them.
  @Test func diamondsDontBecomeCycles() throws {
    try check(
      """
      func @f(%x: f32[4, 8]) -> (y: f32[4, 8]) {
        // CHECK: = group(
        // CHECK: return
        %1: f32[4, 8] = tanh(%x)
        %2: f32[8] = reduce(%1) {function = "sum", axes = [0]}
        %3: f32[4, 8] = broadcast(%2) {shape = [4, 8], axes = [1]}
        %4: f32[4, 8] = subtract(%1, %3)
        %5: f32[4, 8] = exp(%4)
        return %5
      }
      """)
  }

  /// What reads `%2` element by element joins it, but not together with what depends on it through the product.
  @Test func groupsThatJoinedDontBecomeCycles() throws {
    try check(
      """
      func @f(%x: f32[4, 4], %w: f32[4, 4]) -> (y: f32[4, 4], z: f32[4, 4]) {
        // CHECK: group(
        // CHECK: = contract(
        // CHECK: group(
        // CHECK: return
        %2: f32[4, 4] = tanh(%x)
        %3: f32[4, 4] = contract(%2, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %4: f32[4, 4] = transpose(%3) {permutation = [1, 0]}
        %5: f32[4, 4] = exp(%4)
        %6: f32[4, 4] = sin(%2)
        %7: f32[4, 4] = add(%5, %6)
        return %7, %6
      }
      """)
  }

  @Test func groupsHaveSeveralResults() throws {
    try check(
      """
      func @f(%x: f32[4]) -> (y: f32[4], z: f32[4]) {
        // CHECK: [[A:%[0-9]+]]: f32[4], [[B:%[0-9]+]]: f32[4] = group(%x)
        // CHECK: return [[A]], [[B]]
        %1: f32[4] = tanh(%x)
        %2: f32[4] = exp(%1)
        return %1, %2
      }
      """)
  }

  @Test func cheapViewsAreCopiedIntoEveryReader() throws {
    try check(
      """
      func @f(%x: f32[4, 4]) -> (y: f32[4, 4], z: f32[4]) {
        // CHECK-COUNT-2: transpose(
        %1: f32[4, 4] = transpose(%x) {permutation = [1, 0]}
        %2: f32[4, 4] = tanh(%1)
        %3: f32[4] = reduce(%1) {function = "sum", axes = [0]}
        return %2, %3
      }
      """)
  }
}
