import DLEvaluation
import DLGraph
import DLLoops
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Loops, states and unusual outputs in compiled code.
struct ControlTests {
  private static let passes: [[any Pass]] = [Pipeline.standard, Pipeline.unoptimized]

  private func f32(_ shape: [Int], _ elements: [Float]) -> Literal {
    Literal(.f32, shape: shape, elements: elements)
  }

  /// Compares compiled code with the evaluator, over several calls that share the states.
  private func check(_ text: String, calls: [[Literal]]) throws {
    let module = try GraphText(text).module(Primitives.registry)
    let entry = module.graphs[0].name
    for passes in Self.passes {
      var evaluator = try ModuleEvaluator(module)
      let native = try NativeModule(module, passes: passes)
      for (number, inputs) in calls.enumerated() {
        let expected = try evaluator.call(entry, inputs)
        let results = try native.run(entry, inputs)
        #expect(results.count == expected.count)
        for (index, (result, expected)) in zip(results, expected).enumerated() {
          #expect(
            result.difference(from: expected) == nil,
            "\(passes.count) passes, call \(number), output \(index)")
        }
      }
    }
  }

  /// Only a border of zeros is stored around a result by itself: other fills, and zeros seen through views, are not.
  @Test(arguments: ["f32[](-0.0)", "f32[](0.0)", "f32[](1.5)", "f32[1](0.0)"])
  func paddedResultsKeepTheirFill(fill: String) throws {
    let fillType = fill.prefix { $0 != "(" }
    let scalar = fillType == "f32[]" ? "" : "  %90: f32[] = reshape(%9) {shape = []}\n"
    let text = """
      module @Test
      func @f(%x: f32[3, 4], %w: f32[4, 5]) -> (y: f32[3, 5], padded: f32[5, 8]) {
        %8: f32[3, 5] = contract(%x, %w) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %9: \(fillType) = constant() {value = \(fill)}
      \(scalar)  %91: f32[5, 8] = pad(%8, %\(scalar.isEmpty ? "9" : "90")) {low = [1, 2], high = [1, 1]}
        return %8, %91
      }
      """
    let x = f32([3, 4], (0..<12).map(Float.init))
    let w = f32([4, 5], (0..<20).map { Float($0) - 7 })
    let module = try GraphText(text).module(Primitives.registry)
    let expected = try Evaluator().evaluate(module.graphs[0], inputs: [x, w])
    for passes: [any Pass] in [[Fusion()], Pipeline.standard] {
      let results = try NativeModule(module, passes: passes).run("f", [x, w])
      // Bit for bit: -0 is not 0.
      for (result, expected) in zip(results, expected) { #expect(result == expected) }
    }
  }

  /// A module whose entry scans `x` with the carries `a` and `b`.
  private func scan(reverse: Bool, extent: Int, _ body: String) -> String {
    """
    module @Test
    func @f(%a: f32[2], %b: f32[2], %x: f32[\(extent), 2]) -> (a: f32[2], b: f32[2], y: f32[\(extent), 2]) {
      %3: f32[2], %4: f32[2], %5: f32[\(extent), 2] = scan(%a, %b, %x) {
        body = func @step(%a: f32[2], %b: f32[2], %x: f32[2]) -> (a: f32[2], b: f32[2], y: f32[2]) {
          \(body)
        }, carries = 2, sequences = 1, reverse = \(reverse)
      }
      return %3, %4, %5
    }
    """
  }

  @Test(arguments: [false, true], [0, 1, 5])
  func scansSwapTheirCarries(reverse: Bool, extent: Int) throws {
    let xs = (0..<extent * 2).map { Float($0) }
    let inputs = [f32([2], [1, 2]), f32([2], [3, 4]), f32([extent, 2], xs)]
    try check(scan(reverse: reverse, extent: extent, "return %b, %a, %x"), calls: [inputs])
    try check(
      scan(reverse: reverse, extent: extent, "%3: f32[2] = add(%a, %x)\n return %b, %3, %a"), calls: [inputs])
    try check(
      scan(reverse: reverse, extent: extent, "%3: f32[2] = add(%a, %x)\n return %3, %3, %3"), calls: [inputs])
  }

  /// A step of a recurrent net: `y = x + a W`, with weights that are larger than the caches of the test.
  private static let step = """
    func @f(%a: f32[1, 64], %x: f32[5, 1, 256]) -> (a: f32[1, 64], y: f32[5, 1, 256]) {
      // CHECK: grid g0 in 0..<4 grain {{[0-9]+}} alternating repetition
      // CHECK: serial t0 in 0..<5
      // CHECK: contract({{.*}}; t0)
      %2: f32[1, 64], %3: f32[5, 1, 256] = scan(%a, %x) {
        body = func @step(%a: f32[1, 64], %x: f32[1, 256]) -> (a: f32[1, 64], y: f32[1, 256]) {
          %2: f32[64, 256] = constant() {value = f32[64, 256](\(weights))}
          %3: f32[1, 256] = contract(%a, %2) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
          %4: f32[1, 256] = add(%x, %3)
          %5: f32[1, 64] = slice(%4) {starts = [0, 192], extents = [1, 64], steps = [1, 1]}
          return %5, %4
        }, carries = 1, sequences = 1, reverse = false
      }
      return %2, %3
    }
    """

  private static let weights = (0..<64 * 256).map { "\(Double($0 % 13) / 64)" }.joined(separator: ", ")

  @Test func weightsThatExceedTheCacheAreReadBackAndForth() throws {
    try checkLoops(Self.step, caches: [1 << 12, 1 << 15])
  }

  @Test(arguments: 1...4) func theDirectionChangesNoResult(threads: Int) throws {
    let module = Module(name: "Test", graphs: [try GraphText(Self.step).graph(Primitives.registry)])
    var target = TargetDescription.host
    target.cacheByteCounts = [1 << 12, 1 << 15]
    let inputs = [
      f32([1, 64], (0..<64).map { Float($0 % 5) - 2 }), f32([5, 1, 256], (0..<1280).map { Float($0 % 7) }),
    ]
    let native = try NativeModule(module, target: target, threads: threads)
    let plain = try NativeModule(module)
    #expect(try native.run("f", inputs) == plain.run("f", inputs))
  }

  @Test func scansNest() throws {
    try check(
      """
      module @Test
      func @f(%a: f32[], %x: f32[3, 4]) -> (a: f32[], y: f32[3, 4]) {
        %2: f32[], %3: f32[3, 4] = scan(%a, %x) {
          body = func @rows(%a: f32[], %x: f32[4]) -> (a: f32[], y: f32[4]) {
            %2: f32[], %3: f32[4] = scan(%a, %x) {
              body = func @columns(%a: f32[], %x: f32[]) -> (a: f32[], y: f32[]) {
                %2: f32[] = add(%a, %x)
                return %2, %2
              }, carries = 1, sequences = 1, reverse = true
            }
            return %2, %3
          }, carries = 1, sequences = 1, reverse = false
        }
        return %2, %3
      }
      """, calls: [[f32([], [1]), f32([3, 4], (0..<12).map { Float($0) })]])
  }

  @Test(arguments: [3, 30] as [Float])
  func whileLoopsMayNotRunAtAll(start: Float) throws {
    try check(
      """
      module @Test
      func @f(%x: f32[], %limit: f32[]) -> (x: f32[]) {
        %2: f32[] = while(%x, %limit) {
          condition = func @condition(%x: f32[], %limit: f32[]) -> (less: bool[]) {
            %2: bool[] = less(%x, %limit)
            return %2
          },
          body = func @body(%x: f32[], %limit: f32[]) -> (x: f32[]) {
            %2: f32[] = add(%x, %x)
            return %2
          }, carries = 1
        }
        return %2
      }
      """, calls: [[f32([], [start]), f32([], [20])]])
  }

  @Test func statesAreReadBeforeTheyAreWritten() throws {
    try check(
      """
      module @Test
      state @a: f32[2]
      state @b: f32[2]
      func @f(%x: f32[2], state %a: f32[2], state %b: f32[2])
        -> (old: f32[2], same: f32[2], state a: f32[2], state b: f32[2]) {
        %3: f32[2] = add(%a, %x)
        return %a, %a, %b, %3
      }
      """, calls: (1...5).map { [f32([2], [Float($0), 1])] })
  }

  @Test func outputsMayBeInputsOrConstantsOrTheSame() throws {
    try check(
      """
      module @Test
      func @f(%x: f32[2, 3]) -> (a: f32[2, 3], b: f32[6], c: f32[6], d: f32[2], e: f32[2, 3], f: f32[2, 3], g: f32[4]) {
        %1: f32[6] = reshape(%x) {shape = [6]}
        %2: f32[2] = constant() {value = f32[2](1.0, 2.0)}
        %3: f32[2, 3] = tanh(%x)
        %4: f32[] = constant() {value = f32[](7.0)}
        %5: f32[4] = broadcast(%4) {shape = [4], axes = []}
        return %x, %1, %1, %2, %3, %3, %5
      }
      """, calls: [[f32([2, 3], [1, 2, 3, 4, 5, 6])]])
  }

  @Test func tensorsMayBeEmptyOrScalars() throws {
    try check(
      """
      module @Test
      func @f(%x: f32[0, 3], %s: f32[]) -> (a: f32[0, 3], sum: f32[3], rows: f32[0], s: f32[], p: f32[0, 2], z: f32[3, 3]) {
        %2: f32[0, 3] = tanh(%x)
        %3: f32[3] = reduce(%x) {function = "sum", axes = [0]}
        %4: f32[0] = reduce(%x) {function = "maximum", axes = [1]}
        %5: f32[] = exp(%s)
        %6: f32[3, 2] = constant() {value = f32[3, 2](1.0, 2.0, 3.0, 4.0, 5.0, 6.0)}
        %7: f32[0, 2] = contract(%x, %6) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = f32}
        %8: f32[3, 3] = contract(%x, %x) {batch_left = [], batch_right = [], contract_left = [0], contract_right = [0], result = f32}
        return %2, %3, %4, %5, %7, %8
      }
      """, calls: [[f32([0, 3], []), f32([], [1])]])
  }
}
