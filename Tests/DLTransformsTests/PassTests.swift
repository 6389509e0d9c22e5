import DLCodeGen
import DLGraph
import DLTestSupport
import DLTransforms
import Testing

/// What each pass makes of a graph; the expectations stand in the graphs' comments.
struct PassTests {
  /// Checks the text of a graph after passes, without what became unused.
  private func check(_ source: String, after passes: any Pass...) throws {
    let complaint = try FileCheck.complaint(
      after: passes + [DeadCodeElimination()], of: source, target: .host)
    if let complaint { Issue.record("\(complaint)") }
  }

  @Test func constantsFold() throws {
    try check(
      """
      func @f(%x: f32[2]) -> (y: f32[2]) {
        // CHECK: [[C:%[0-9]+]]: f32[2] = constant() {value = f32[2](4.0, 6.0)}
        // CHECK-NEXT: add(%x, [[C]])
        %1: f32[2] = constant() {value = f32[2](1.0, 2.0)}
        %2: f32[2] = constant() {value = f32[2](3.0, 4.0)}
        %3: f32[2] = add(%1, %2)
        %4: f32[2] = add(%x, %3)
        return %4
      }
      """, after: ConstantFolding())
  }

  @Test func broadcastsAndLargeValuesDontFold() throws {
    try check(
      """
      func @f() -> (y: f32[512, 512], z: f32[4]) {
        // CHECK: constant() {value = f32[](1.0)}
        // CHECK: broadcast
        // CHECK: broadcast
        // CHECK: negate
        %1: f32[] = constant() {value = f32[](1.0)}
        %2: f32[4] = broadcast(%1) {shape = [4], axes = []}
        %3: f32[512, 512] = broadcast(%1) {shape = [512, 512], axes = []}
        %4: f32[512, 512] = negate(%3)
        return %4, %2
      }
      """, after: ConstantFolding())
  }

  @Test func openDimensionsDontFold() throws {
    try check(
      """
      func @f[B in 1...4](%x: f32[B]) -> (y: i64[]) {
        // CHECK: extent
        %1: i64[] = extent() {value = [B]}
        return %1
      }
      """, after: ConstantFolding())
  }

  @Test func loopsHaveTheirConstants() throws {
    try check(
      """
      func @f(%x: f32[5, 2], %y: f32[2], %n: f32[2]) -> (y: f32[2]) {
        // CHECK: scan(%y, %x, %n) {body = func @body(
        // CHECK: %carry: f32[2], %e: f32[2], %b: f32[2]) -> (
        // CHECK: constant() {value = f32[2](-1.0, -2.0)}
        // CHECK-NOT: negate
        %1: f32[2] = constant() {value = f32[2](1.0, 2.0)}
        %2: f32[2] = scan(%y, %x, %1, %n) {body = func @body(%carry: f32[2], %e: f32[2], %a: f32[2], %b: f32[2]) -> (next: f32[2]) {
          %4: f32[2] = negate(%a)
          %5: f32[2] = multiply(%carry, %4)
          %6: f32[2] = add(%5, %e)
          %7: f32[2] = add(%6, %b)
          return %7
        }, carries = 1, sequences = 1, reverse = false}
        return %2
      }
      """, after: LoopSpecialization(), ConstantFolding())
  }

  @Test func nestedLoopsHaveTheirConstants() throws {
    try check(
      """
      func @f(%x: f32[5, 3]) -> (y: f32[]) {
        // CHECK: while([[START:%[0-9]+]], %x) {condition
        // CHECK: scan(
        // CHECK-NOT: %step
        // CHECK: constant() {value = f32[](2.0)}
        %1: f32[] = constant() {value = f32[](2.0)}
        %2: f32[] = while(%1, %x, %1) {condition = func @condition(%carry: f32[], %rows: f32[5, 3], %step: f32[]) -> (flag: bool[]) {
          %3: bool[] = less(%carry, %step)
          return %3
        }, body = func @body(%carry: f32[], %rows: f32[5, 3], %step: f32[]) -> (next: f32[]) {
          %3: f32[3] = reduce(%rows) {function = "sum", axes = [0]}
          %4: f32[] = scan(%carry, %3, %step) {body = func @body(%sum: f32[], %e: f32[], %step: f32[]) -> (next: f32[]) {
            %3: f32[] = multiply(%e, %step)
            %4: f32[] = add(%sum, %3)
            return %4
          }, carries = 1, sequences = 1, reverse = false}
          return %4
        }, carries = 1}
        return %2
      }
      """, after: LoopSpecialization())
  }

  @Test func equalExpressionsAreComputedOnce() throws {
    try check(
      """
      func @f(%x: f32[2]) -> (y: f32[2], z: f32[2]) {
        // CHECK: [[E:%[0-9]+]]: f32[2] = exp(%x)
        // CHECK-NEXT: [[S:%[0-9]+]]: f32[2] = add([[E]], [[E]])
        // CHECK-NEXT: return [[S]], [[S]]
        %1: f32[2] = exp(%x)
        %2: f32[2] = exp(%x)
        %3: f32[2] = add(%1, %2)
        %4: f32[2] = add(%2, %1)
        return %3, %4
      }
      """, after: CommonSubexpressionElimination())
  }

  @Test func unusedNodesGo() throws {
    try check(
      """
      func @f(%x: f32[2]) -> (y: f32[2]) {
        // CHECK-NOT: exp
        // CHECK: negate(%x)
        // CHECK-NOT: tanh
        // CHECK: return
        %1: f32[2] = exp(%x)
        %2: f32[2] = negate(%x)
        %3: f32[2] = tanh(%1)
        return %2
      }
      """, after: DeadCodeElimination())
  }

  @Test func batchNormalizationVanishesIntoTheConvolution() throws {
    try check(
      """
      func @f(%x: f32[1, 1, 4, 4]) -> (y: f32[1, 2, 4, 4]) {
        // CHECK: [[W:%[0-9]+]]: f32[2, 1, 1, 1] = constant() {value = f32[2, 1, 1, 1](6.0, 12.0)}
        // CHECK: [[P:%[0-9]+]]: f32[1, 2, 4, 4] = convolve(%x, [[W]])
        // CHECK: [[B:%[0-9]+]]: f32[1, 2, 4, 4] = broadcast
        // CHECK-NEXT: [[Y:%[0-9]+]]: f32[1, 2, 4, 4] = add([[P]], [[B]])
        // CHECK-NEXT: return [[Y]]
        %1: f32[2, 1, 1, 1] = constant() {value = f32[2, 1, 1, 1](2.0, 3.0)}
        %2: f32[2] = constant() {value = f32[2](1.0, 2.0)}
        %3: f32[2] = constant() {value = f32[2](3.0, 4.0)}
        %4: f32[1, 2, 4, 4] = convolve(%x, %1) {strides = [1, 1], padding_low = [0, 0], padding_high = [0, 0], dilation = [1, 1], input_dilation = [1, 1], groups = 1}
        %5: f32[1, 2, 4, 4] = broadcast(%2) {shape = [1, 2, 4, 4], axes = [1]}
        %6: f32[1, 2, 4, 4] = broadcast(%3) {shape = [1, 2, 4, 4], axes = [1]}
        %7: f32[1, 2, 4, 4] = subtract(%4, %5)
        %8: f32[1, 2, 4, 4] = multiply(%7, %6)
        %9: f32[1, 2, 4, 4] = add(%8, %5)
        return %9
      }
      """, after: AffineFolding(), ConstantFolding())
  }

  @Test func integersDontTakeScales() throws {
    try check(
      """
      func @f(%x: i32[2, 2]) -> (y: i32[2, 2]) {
        // CHECK: contract
        // CHECK: divide
        // CHECK: return
        %1: i32[2, 2] = constant() {value = i32[2, 2](1, 2, 3, 4)}
        %2: i32[] = constant() {value = i32[](2)}
        %3: i32[2, 2] = contract(%x, %1) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = i32}
        %4: i32[2, 2] = broadcast(%2) {shape = [2, 2], axes = []}
        %5: i32[2, 2] = divide(%3, %4)
        return %5
      }
      """, after: AffineFolding(), ConstantFolding())
  }

  @Test func lessPreciseWeightsDontTakeScales() throws {
    try check(
      """
      func @f(%x: bf16[2, 2]) -> (y: f32[2, 2]) {
        // CHECK: contract
        // CHECK: multiply
        // CHECK: return
        %1: bf16[2, 2] = constant() {value = bf16[2, 2](1.0, 2.0, 3.0, 4.0)}
        %2: f32[] = constant() {value = f32[](2.0)}
        %3: f32[2, 2] = contract(%x, %1) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %4: f32[2, 2] = broadcast(%2) {shape = [2, 2], axes = []}
        %5: f32[2, 2] = multiply(%3, %4)
        return %5
      }
      """, after: AffineFolding())
  }

  @Test func paddingBecomesExplicit() throws {
    try check(
      """
      func @f(%x: f32[1, 1, 4, 4], %w: f32[2, 1, 3, 3]) -> (y: f32[1, 2, 4, 4]) {
        // CHECK: [[P:%[0-9]+]]: f32[1, 1, 6, 6] = pad(%x, {{%[0-9]+}}) {low = [0, 0, 1, 1], high = [0, 0, 1, 1]}
        // CHECK-NEXT: convolve([[P]], %w) {{.*}}padding_low = [0, 0], padding_high = [0, 0]
        %2: f32[1, 2, 4, 4] = convolve(%x, %w) {strides = [1, 1], padding_low = [1, 1], padding_high = [1, 1], dilation = [1, 1], input_dilation = [1, 1], groups = 1}
        return %2
      }
      """, after: ExplicitPadding())
  }

  @Test func convolutionsStoreTheirChannelsLast() throws {
    try check(
      """
      func @f(%x: f32[1, 3, 6, 6], %w: f32[2, 3, 3, 3]) -> (y: f32[1, 2, 4, 4]) {
        // CHECK: [[C:%[0-9]+]]: f32[1, 2, 4, 4] = convolve(%x, %w)
        // CHECK-NEXT: [[S:%[0-9]+]]: f32[1, 4, 4, 2] = transpose([[C]]) {permutation = [0, 2, 3, 1]}
        // CHECK: [[R:%[0-9]+]]: f32[1, 4, 4, 2] = tanh([[S]])
        // CHECK-NEXT: transpose([[R]]) {permutation = [0, 3, 1, 2]}
        %2: f32[1, 2, 4, 4] = convolve(%x, %w) {strides = [1, 1], padding_low = [0, 0], padding_high = [0, 0], dilation = [1, 1], input_dilation = [1, 1], groups = 1}
        %3: f32[1, 2, 4, 4] = tanh(%2)
        return %3
      }
      """, after: ChannelsLast())
  }

  @Test func pointwiseConvolutionsAreMatrixProducts() throws {
    try check(
      """
      func @f(%x: f32[2, 3, 4, 4], %w: f32[5, 3, 1, 1]) -> (y: f32[2, 5, 4, 4]) {
        // CHECK-NOT: convolve
        // CHECK: [[X:%[0-9]+]]: f32[32, 3] = reshape
        // CHECK: [[W:%[0-9]+]]: f32[5, 3] = reshape(%w)
        // CHECK: f32[32, 5] = contract([[X]], [[W]])
        // CHECK-NOT: convolve
        // CHECK: return
        %2: f32[2, 5, 4, 4] = convolve(%x, %w) {strides = [1, 1], padding_low = [0, 0], padding_high = [0, 0], dilation = [1, 1], input_dilation = [1, 1], groups = 1}
        return %2
      }
      """, after: ChannelsLast())
  }

  @Test func contractionsTakeTheirNormalForm() throws {
    try check(
      """
      func @f(%x: f32[2, 3, 4], %w: f32[5, 4]) -> (y: f32[2, 3, 5]) {
        // CHECK: [[X:%[0-9]+]]: f32[6, 4] = reshape(%x)
        // CHECK: [[W:%[0-9]+]]: f32[4, 5] = transpose(%w) {permutation = [1, 0]}
        // CHECK: [[P:%[0-9]+]]: f32[6, 5] = contract([[X]], [[W]]) {{.*}}contract_left = [1], contract_right = [0]
        // CHECK-NEXT: f32[2, 3, 5] = reshape([[P]])
        %2: f32[2, 3, 5] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [2], contract_right = [1], result = f32}
        return %2
      }
      """, after: ContractionNormalization())
  }

  @Test func batchesBecomeOneAxis() throws {
    try check(
      """
      func @f(%x: f32[2, 3, 4, 5], %y: f32[2, 3, 6, 5]) -> (z: f32[2, 3, 4, 6]) {
        // CHECK: f32[6, 4, 6] = contract({{.*}}) {{.*}}contract_left = [2], contract_right = [1]
        %2: f32[2, 3, 4, 6] = contract(%x, %y) {batch_left = [0, 1], batch_right = [0, 1], contract_left = [3], contract_right = [3], result = f32}
        return %2
      }
      """, after: ContractionNormalization())
  }

  @Test func errorsNameThePass() throws {
    struct Breaking: Pass {
      let name = "break"
      let summary = "leaves an output that doesn't exist"
      func run(on graph: inout Graph, context: PassContext) throws -> Bool {
        graph.outputs[0].value = ValueID(99)
        return true
      }
    }
    let source = "func @f(%x: f32[2]) -> (y: f32[2]) { return %x }"
    #expect {
      try FileCheck.complaint(after: [Breaking()], of: source, target: .host)
    } throws: { error in
      (error as? PassError)?.pass == "break" && "\(error)".contains("pass 'break' failed: ")
    }
  }

  @Test func gatesScaleTheWeightsOfManyRows() throws {
    try check(
      """
      func @f(%x: f32[1, 8, 8, 16], %s: f32[1, 1, 1, 16], %w: f32[16, 4]) -> (y: f32[64, 4]) {
        // CHECK: [[V:%[0-9]+]]: f32[16] = reshape(%s)
        // CHECK: [[B:%[0-9]+]]: f32[16, 4] = broadcast([[V]]) {shape = [16, 4], axes = [0]}
        // CHECK: [[W:%[0-9]+]]: f32[16, 4] = multiply(%w, [[B]])
        // CHECK: [[X:%[0-9]+]]: f32[64, 16] = reshape(%x)
        // CHECK: contract([[X]], [[W]])
        %1: f32[1, 8, 8, 16] = broadcast(%s) {shape = [1, 8, 8, 16], axes = [0, 1, 2, 3]}
        %2: f32[1, 8, 8, 16] = multiply(%x, %1)
        %3: f32[64, 16] = reshape(%2) {shape = [64, 16]}
        %4: f32[64, 4] = contract(%3, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %4
      }
      """, after: ScaleAbsorption())
  }

  @Test func gatesOfSeveralImagesStay() throws {
    try check(
      """
      func @f(%x: f32[2, 32, 16], %s: f32[2, 1, 16], %w: f32[16, 4]) -> (y: f32[64, 4]) {
        // CHECK: multiply(%x
        // CHECK-NOT: multiply
        // CHECK: contract({{%[0-9]+}}, %w)
        %1: f32[2, 32, 16] = broadcast(%s) {shape = [2, 32, 16], axes = [0, 1, 2]}
        %2: f32[2, 32, 16] = multiply(%x, %1)
        %3: f32[64, 16] = reshape(%2) {shape = [64, 16]}
        %4: f32[64, 4] = contract(%3, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %4
      }
      """, after: ScaleAbsorption())
  }
}
