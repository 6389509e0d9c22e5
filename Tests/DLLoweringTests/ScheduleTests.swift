import Testing

/// The loops of one kernel of each schedule; the expectations stand in the graphs' comments.
struct ScheduleTests {
  @Test func elementsAreOneVectorLoop() throws {
    try checkLoops(
      """
      func @f(%x: f32[64, 64]) -> (y: f32[64, 64]) {
        // CHECK: kernel
        // CHECK: grid
        // CHECK-NEXT: vector
        // CHECK-NOT: vector
        // CHECK: out0[
        %1: f32[64, 64] = tanh(%x)
        %2: f32[64, 64] = multiply(%1, %x)
        return %2
      }
      """)
  }

  @Test func softmaxWalksEachRowThreeTimes() throws {
    try checkLoops(
      """
      func @f(%x: f32[128, 1024]) -> (y: f32[128, 1024]) {
        // CHECK: grid
        // CHECK: vector
        // CHECK: vector
        // CHECK: vector
        // CHECK-NOT: vector
        // CHECK: {{^}}}
        %1: f32[128] = reduce(%x) {function = "maximum", axes = [1]}
        %2: f32[128, 1024] = broadcast(%1) {shape = [128, 1024], axes = [0]}
        %3: f32[128, 1024] = subtract(%x, %2)
        %4: f32[128, 1024] = exp(%3)
        %5: f32[128] = reduce(%4) {function = "sum", axes = [1]}
        %6: f32[128, 1024] = broadcast(%5) {shape = [128, 1024], axes = [0]}
        %7: f32[128, 1024] = divide(%4, %6)
        return %7
      }
      """)
  }

  @Test func productsOfBytesAreDotProducts() throws {
    try checkLoops(
      """
      func @f(%x: i8[14, 6]) -> (y: i32[14, 2]) {
        // CHECK: kernel k0_contract(in0: in i8, in1: in i32, out0: out i32)
        // CHECK: load in1[
        // CHECK: serial [[K:i[0-9]+]] in 0..<2
        // CHECK: [[A:%[0-9]+]] = load_word in0[{{.*}}min(2, 4 * [[K]])
        // CHECK: [[S:%[0-9]+]] = xor [[A]]
        // CHECK: [[B:%[0-9]+]] = load in1[
        // CHECK: dot_product bytes [[S]], [[B]], {{%[0-9]+}}: i32
        %1: i8[6, 2] = constant() {value = i8[6, 2](1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 11, 29)}
        %2: i32[14, 2] = contract(%x, %1) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = i32}
        return %2
      }
      """)
  }

  /// The last two terms of the second column add up to 128 now, the first two of the first to -128.
  @Test func smallWeightsAreMultipliedTwoByTwo() throws {
    try checkLoops(
      """
      func @f(%x: u8[14, 4]) -> (y: i32[14, 2]) {
        // CHECK: dot_product bounded_bytes
        %1: i8[4, 2] = constant() {value = i8[4, 2](-127, 2, -1, 4, 5, 100, 7, 28)}
        %2: i32[14, 2] = contract(%x, %1) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = i32}
        return %2
      }
      """)
  }

  @Test func productsAreTiles() throws {
    try checkLoops(
      """
      func @f(%x: f32[256, 256], %w: f32[256, 256]) -> (y: f32[256, 256]) {
        // CHECK: grid
        // CHECK: unrolled
        // CHECK: serial
        // CHECK: unrolled
        // CHECK: multiply_add
        %2: f32[256, 256] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %2
      }
      """)
  }

  @Test func rowsAreReadOnceForAllColumnsOfATailTile() throws {
    try checkLoops(
      """
      func @f(%x: f32[196, 96], %w: f32[96, 24]) -> (y: f32[196, 24]) {
        // CHECK: load in0[{{[^]]*}}]: f32
        // CHECK: load in1[{{[^]]*}}] if
        // CHECK: multiply_add
        // CHECK: out0[{{.*}} if
        %2: f32[196, 24] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %2
      }
      """)
  }

  @Test func windowsSlideOverWhatNeighboursShare() throws {
    try checkLoops(
      """
      func @f(%x: f32[1, 30, 30, 64], %w: f32[64, 1, 3, 3]) -> (y: f32[1, 28, 28, 64]) {
        // CHECK: grid
        // CHECK: serial {{.*}} in 0..<3
        // CHECK-NEXT: unrolled {{.*}} in 0..<7
        // CHECK-NEXT: unrolled_vector {{.*}} in 0..<32
        // CHECK-NEXT: unrolled {{.*}} in 0..<3
        // CHECK: multiply_add
        %1: f32[1, 64, 30, 30] = transpose(%x) {permutation = [0, 3, 1, 2]}
        %2: f32[1, 64, 28, 28] = convolve(%1, %w) {strides = [1, 1], padding_low = [0, 0], padding_high = [0, 0], dilation = [1, 1], input_dilation = [1, 1], groups = 64}
        %3: f32[1, 28, 28, 64] = transpose(%2) {permutation = [0, 2, 3, 1]}
        return %3
      }
      """)
  }

  @Test func costlyFunctionsAreAppliedRowByRow() throws {
    try checkLoops(
      """
      func @f(%x: f32[256, 64], %w: f32[64, 32]) -> (y: f32[256, 32]) {
        // CHECK: multiply_add
        // CHECK: finished[
        // CHECK: serial
        // CHECK-NEXT: unrolled_vector
        // CHECK: sigmoid
        %2: f32[256, 32] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %3: f32[256, 32] = sigmoid(%2)
        return %3
      }
      """)
  }
}
