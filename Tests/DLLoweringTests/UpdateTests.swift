import DLEvaluation
import DLGraph
import DLLoops
import DLLowering
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Updates of tensors where they lie: of states and of what loops carry.
struct UpdateTests {
  private func module(_ text: String) throws -> Module { try GraphText(text).module(Primitives.registry) }

  private func i64(_ value: Int64) -> Literal { Literal(.i64, shape: [], elements: [value]) }

  /// The bytes of workspace of the first entry.
  private func workspace(_ module: Module) throws -> Int {
    var optimized = module
    let context = PassContext(target: .host)
    try PassManager(passes: Pipeline.standard, context: context).run(on: &optimized)
    return try Program(lowering: optimized, for: .host).functions[0].workspaceByteCount
  }

  /// Compares compiled code with the evaluator, over several calls that share the states.
  private func check(_ module: Module, calls: [[Literal]]) throws {
    let entry = module.graphs[0].name
    for passes in [Pipeline.standard, Pipeline.unoptimized] {
      var evaluator = try ModuleEvaluator(module)
      let native = try NativeModule(module, passes: passes)
      for (number, inputs) in calls.enumerated() {
        let expected = try evaluator.call(entry, inputs)
        let results = try native.run(entry, inputs)
        #expect(results.count == expected.count)
        for (result, expected) in zip(results, expected) {
          #expect(result == expected, "\(passes.count) passes, call \(number)")
        }
      }
    }
  }

  /// A module with a state of 64 kB that is updated in one row; `body` gives the results after `%6`, the new state.
  private func cache(_ outputs: String, _ body: String) throws -> Module {
    try module(
      """
      module @Test
      state @cache: f32[1024, 16]
      func @f(%row: f32[1, 16], %at: i64[], state %cache: f32[1024, 16]) -> (\(outputs)) {
        %3: i64[1] = reshape(%at) {shape = [1]}
        %4: i64[1] = constant() {value = i64[1](0)}
        %5: i64[2] = concatenate(%3, %4) {axis = 0}
        %6: f32[1024, 16] = dynamic_update_slice(%cache, %row, %5)
        \(body)
      }
      """)
  }

  private let rows: [[Literal]] = [(0, 3), (1, 1023), (2, 3), (3, 5000), (4, -2)].map { value, place in
    [
      Literal(.f32, shape: [1, 16], elements: (0..<16).map { Float($0 + 16 * value) }),
      Literal(.i64, shape: [], elements: [Int64(place)]),
    ]
  }

  @Test func statesAreUpdatedInPlace() throws {
    let sums = "%7: f32[16] = reduce(%6) {function = \"sum\", axes = [0]}"
    let updating = try cache("sum: f32[16], state cache: f32[1024, 16]", "\(sums)\n return %7, %6")
    #expect(try workspace(updating) < 1024)
    try check(updating, calls: rows)
  }

  @Test func statesThatAreNeededAsTheyWereAreNotOverwritten() throws {
    let sums = """
      %7: f32[16] = reduce(%6) {function = "sum", axes = [0]}
        %8: f32[16] = reduce(%cache) {function = "sum", axes = [0]}
      """
    let both = "new: f32[16], old: f32[16]"
    try check(
      try cache("\(both), state cache: f32[1024, 16]", "\(sums)\n return %7, %8, %6"), calls: rows)
    // A state that is read but not set keeps its value.
    let reading = try cache("new: f32[16]", "\(sums)\n return %7")
    try check(reading, calls: rows)
    #expect(try workspace(reading) > 1024 * 16 * 4)
    try check(
      try cache("whole: f32[1024, 16], state cache: f32[1024, 16]", "return %cache, %6"), calls: rows)
    try check(try cache("whole: f32[1024, 16], state cache: f32[1024, 16]", "return %6, %6"), calls: rows)
  }

  @Test func statesAreExchanged() throws {
    try check(
      try module(
        """
        module @Test
        state @a: f32[2]
        state @b: f32[2]
        func @f(%x: f32[2], state %a: f32[2], state %b: f32[2]) -> (y: f32[2], state a: f32[2], state b: f32[2]) {
          %3: f32[2] = add(%b, %x)
          %4: f32[2] = subtract(%a, %b)
          return %4, %3, %a
        }
        """), calls: (1...5).map { [Literal(.f32, shape: [2], elements: [Float($0), 1])] })
  }

  /// A loop that writes the number of each step into a state and into a tensor of its own.
  @Test func loopsUpdateWhatTheyCarryInPlace() throws {
    let text = """
      module @Test
      state @cache: i64[4096]
      func @f(%count: i64[], state %cache: i64[4096]) -> (own: i64[4096], state cache: i64[4096]) {
        %2: i64[] = constant() {value = i64[](0)}
        %3: i64[4096] = broadcast(%count) {shape = [4096], axes = []}
        %4: i64[], %5: i64[4096], %6: i64[4096] = while(%2, %cache, %3, %count) {
          condition = func @condition(%n: i64[], %a: i64[4096], %b: i64[4096], %count: i64[]) -> (more: bool[]) {
            %4: bool[] = less(%n, %count)
            return %4
          },
          body = func @body(%n: i64[], %a: i64[4096], %b: i64[4096], %count: i64[])
            -> (n: i64[], a: i64[4096], b: i64[4096]) {
            %4: i64[1] = reshape(%n) {shape = [1]}
            %5: i64[1] = dynamic_slice(%a, %4) {extents = [1]}
            %6: i64[1] = constant() {value = i64[1](1)}
            %7: i64[1] = add(%5, %6)
            %8: i64[4096] = dynamic_update_slice(%a, %7, %4)
            %9: i64[4096] = dynamic_update_slice(%b, %5, %4)
            %10: i64[] = reshape(%6) {shape = []}
            %11: i64[] = add(%n, %10)
            return %11, %8, %9
          }, carries = 3
        }
        return %6, %5
      }
      """
    let loop = try module(text)
    try check(loop, calls: [[i64(5)], [i64(0)], [i64(3)], [i64(9)]])
    // One copy of the loop's own tensor; none of the state.
    #expect(try workspace(loop) < 4096 * 8 + 2048)
    // What the body gives in another order has to be copied.
    let exchanged = text.replacing("return %11, %8, %9", with: "return %11, %9, %8")
    try check(try module(exchanged), calls: [[i64(5)], [i64(0)], [i64(3)], [i64(4)]])
  }
}
