import Testing

/// The loops of products, attention and transpositions; the expectations stand in the graphs' comments.
struct ProductScheduleTests {
  @Test func attentionIsOneKernelThatKeepsItsScores() throws {
    try checkLoops(
      """
      func @f(%q: f32[8, 64, 32], %k: f32[8, 32, 64], %v: f32[8, 64, 32]) -> (y: f32[8, 64, 32]) {
        // CHECK: kernel
        // CHECK: local strip
        // CHECK: grid
        // CHECK: multiply_add
        // CHECK: strip[
        // CHECK: maximum=
        // CHECK: sum=
        // CHECK: load strip[
        // CHECK: multiply_add
        // CHECK: out0[
        // CHECK-NOT: kernel
        %3: f32[8, 64, 64] = contract(%q, %k) {batch_left = [0], batch_right = [0], contract_left = [2], contract_right = [1], result = f32}
        %4: f32[8, 64] = reduce(%3) {function = "maximum", axes = [2]}
        %5: f32[8, 64, 64] = broadcast(%4) {shape = [8, 64, 64], axes = [0, 1]}
        %6: f32[8, 64, 64] = subtract(%3, %5)
        %7: f32[8, 64, 64] = exp(%6)
        %8: f32[8, 64] = reduce(%7) {function = "sum", axes = [2]}
        %9: f32[8, 64, 64] = broadcast(%8) {shape = [8, 64, 64], axes = [0, 1]}
        %10: f32[8, 64, 64] = divide(%7, %9)
        %11: f32[8, 64, 32] = contract(%10, %v) {batch_left = [0], batch_right = [0], contract_left = [2], contract_right = [1], result = f32}
        return %11
      }
      """)
  }

  @Test func keysThatLieInRowsAreCopiedForSeveralTiles() throws {
    try checkLoops(
      """
      func @f(%q: f32[8, 128, 32], %x: f32[8, 64, 32], %v: f32[8, 64, 32]) -> (y: f32[8, 128, 32]) {
        // CHECK: grid
        // CHECK: panels[{{.*}} = transpose in1[
        // CHECK: serial {{.*}} in 0..<min(4,
        // CHECK: load panels
        // CHECK: multiply_add
        %3: f32[8, 32, 64] = transpose(%x) {permutation = [0, 2, 1]}
        %4: f32[8, 128, 64] = contract(%q, %3) {batch_left = [0], batch_right = [0], contract_left = [2], contract_right = [1], result = f32}
        %5: f32[8, 128] = reduce(%4) {function = "maximum", axes = [2]}
        %6: f32[8, 128, 64] = broadcast(%5) {shape = [8, 128, 64], axes = [0, 1]}
        %7: f32[8, 128, 64] = subtract(%4, %6)
        %8: f32[8, 128, 64] = exp(%7)
        %9: f32[8, 128, 32] = contract(%8, %v) {batch_left = [0], batch_right = [0], contract_left = [2], contract_right = [1], result = f32}
        return %9
      }
      """)
  }

  /// What row 127 doesn't see, no row of its tile does.
  @Test func causalAttentionEndsWhereItsRowsDo() throws {
    try checkLoops(
      """
      func @f(%q: f32[8, 128, 32], %k: f32[8, 32, 128], %v: f32[8, 128, 32]) -> (y: f32[8, 128, 32]) {
        // CHECK: bind [[SEEN:n[0-9]+]] in 1...128 =
        // CHECK: serial {{.*}} in 0..<(([[SEEN]] +
        // CHECK: multiply_add
        // CHECK: vector {{.*}} in 0..<[[SEEN]] {
        // CHECK: maximum=
        // CHECK: serial {{.*}} in 0..<[[SEEN]] {
        // CHECK: multiply_add
        %3: f32[8, 128, 128] = contract(%q, %k) {batch_left = [0], batch_right = [0], contract_left = [2], contract_right = [1], result = f32}
        %4: i64[128] = iota() {type = i64[128], axis = 0}
        %5: i64[128, 128] = broadcast(%4) {shape = [128, 128], axes = [1]}
        %6: i64[128, 128] = broadcast(%4) {shape = [128, 128], axes = [0]}
        %7: bool[128, 128] = less_or_equal(%5, %6)
        %8: bool[8, 128, 128] = broadcast(%7) {shape = [8, 128, 128], axes = [1, 2]}
        %9: f32[] = constant() {value = f32[](-inf)}
        %10: f32[8, 128, 128] = broadcast(%9) {shape = [8, 128, 128], axes = []}
        %11: f32[8, 128, 128] = select(%8, %3, %10)
        %12: f32[8, 128] = reduce(%11) {function = "maximum", axes = [2]}
        %13: f32[8, 128, 128] = broadcast(%12) {shape = [8, 128, 128], axes = [0, 1]}
        %14: f32[8, 128, 128] = subtract(%11, %13)
        %15: f32[8, 128, 128] = exp(%14)
        %16: f32[8, 128, 32] = contract(%15, %v) {batch_left = [0], batch_right = [0], contract_left = [2], contract_right = [1], result = f32}
        return %16
      }
      """)
  }

  @Test func transpositionsMoveBlocks() throws {
    try checkLoops(
      """
      func @f(%x: f32[32, 40]) -> (y: f32[40, 32]) {
        // CHECK: grid
        // CHECK: transpose in0
        // CHECK-SAME: 16x16
        // CHECK: transpose in0
        // CHECK-SAME: 16x8
        %1: f32[40, 32] = transpose(%x) {permutation = [1, 0]}
        return %1
      }
      """)
  }

  @Test func aMatrixByAVectorIsDotProducts() throws {
    try checkLoops(
      """
      func @f(%x: f32[64, 256], %w: f32[256, 1]) -> (y: f32[64, 1]) {
        // CHECK: grid
        // CHECK: vector
        // CHECK: sum=
        %2: f32[64, 1] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %2
      }
      """)
  }

  @Test func fewRowsAddUpTheRowsOfAMatrix() throws {
    try checkLoops(
      """
      func @f(%x: f32[2, 256], %w: f32[256, 700]) -> (y: f32[2, 700]) {
        // CHECK: local sums
        // CHECK: serial
        // CHECK-NEXT: vector
        // CHECK-COUNT-4: multiply_add
        %2: f32[2, 700] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %2
      }
      """)
  }

  @Test func packedColumnsAreFetchedInAdvance() throws {
    let numbers = (0..<64 * 64).map { "\($0 % 7).0" }.joined(separator: ", ")
    try checkLoops(
      """
      func @f(%x: f32[64, 64]) -> (y: f32[64, 64]) {
        // CHECK: serial
        // CHECK-NEXT: prefetch in1
        %1: f32[64, 64] = constant() {value = f32[64, 64](\(numbers))}
        %2: f32[64, 64] = contract(%x, %1) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %2
      }
      """)
  }

  /// 280 rows in 20 tiles, of which five at a time meet all three panels: a thread has whole rows.
  @Test func productsWithSmallWeightsGoByBandsOfRows() throws {
    let numbers = (0..<64 * 96).map { "\($0 % 7).0" }.joined(separator: ", ")
    try checkLoops(
      """
      func @f(%x: f32[280, 64]) -> (y: f32[280, 96]) {
        // CHECK: grid g0 in 0..<60
        // CHECK: load in0[{{.*}} (g0 / 15) + {{.*}} (g0 % 5)
        // CHECK: load in1[{{.*}} (((g0 / 5)) % 3)
        %1: f32[64, 96] = constant() {value = f32[64, 96](\(numbers))}
        %2: f32[280, 96] = contract(%x, %1) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %2
      }
      """, caches: [1 << 15, 1 << 18])
  }

  @Test func largeProductsCopyPanelsAndSumInPieces() throws {
    try checkLoops(
      """
      func @f(%x: f32[256, 2048], %w: f32[2048, 1024]) -> (y: f32[256, 1024]) {
        // CHECK: local panels
        // CHECK: grid
        // CHECK: serial [[PIECE:i[0-9]+]] in
        // CHECK: load in1[
        // CHECK: panels[
        // CHECK: prefetch out0[
        // CHECK: multiply_add
        // CHECK: load out0[
        // CHECK: out0[
        %2: f32[256, 1024] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %2
      }
      """)
  }

  @Test func transposedColumnsAreCopiedByTheProduct() throws {
    try checkLoops(
      """
      func @f(%x: f32[64, 256], %w: f32[256, 256]) -> (y: f32[64, 256]) {
        // CHECK: local panels
        // CHECK: panels[{{.*}} = transpose in1[{{.*}}: 16x16
        // CHECK: multiply_add
        // CHECK-NOT: kernel
        %2: f32[256, 256] = transpose(%w) {permutation = [1, 0]}
        %3: f32[64, 256] = contract(%x, %2) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %3
      }
      """)
  }

  /// A small left operand is read as it lies; a large one is brought in order first.
  @Test func smallTransposedRowsAreReadInPlace() throws {
    try checkLoops(
      """
      func @f(%x: f32[64, 48], %w: f32[64, 64]) -> (y: f32[48, 64]) {
        // CHECK: kernel k0_contract
        // CHECK: load in0[48 * {{i[0-9]+}} + {{i[0-9]+}}
        // CHECK-NOT: transpose in
        %2: f32[48, 64] = transpose(%x) {permutation = [1, 0]}
        %3: f32[48, 64] = contract(%2, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %3
      }
      """)
    try checkLoops(
      """
      func @f(%x: f32[256, 64], %w: f32[256, 64]) -> (y: f32[64, 64]) {
        // CHECK: transpose in0[
        // CHECK: kernel k1_contract
        %2: f32[64, 256] = transpose(%x) {permutation = [1, 0]}
        %3: f32[64, 64] = contract(%2, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %3
      }
      """)
  }

  @Test func fewColumnsAreSumsOfVectors() throws {
    try checkLoops(
      """
      func @f(%x: f32[64, 256], %w: f32[256, 5]) -> (y: f32[64, 5]) {
        // CHECK: local columns
        // CHECK: transpose in1[{{.*}}: 16x5
        // CHECK: vector
        // CHECK-COUNT-20: sum=
        %2: f32[64, 5] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %2
      }
      """)
  }

  @Test func smallSumsAreWrittenRowByRow() throws {
    try checkLoops(
      """
      func @f(%x: f32[256, 4], %w: f32[4, 256]) -> (y: f32[256, 256]) {
        // CHECK: grid [[G:g[0-9]+]]
        // CHECK: out0[{{.*}}([[G]] %
        %2: f32[256, 256] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %2
      }
      """)
  }

  @Test func anOpenNumberOfRowsIsCutIntoHalves() throws {
    try checkLoops(
      """
      func @f[B in 1...64](%x: f32[B, 64], %w: f32[64, 32]) -> (y: f32[B, 32]) {
        // CHECK: unrolled {{.*}} in 0..<13
        // CHECK: unrolled {{.*}} in 0..<7
        // CHECK: unrolled {{.*}} in 0..<4
        // CHECK: unrolled {{.*}} in 0..<2
        %2: f32[B, 32] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        return %2
      }
      """)
  }
}
