import DLCodeGen
import DLTestSupport
import DLTransforms
import Testing

/// One case for each rule of `Simplification`.
struct RewriteRuleTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var equation: String
    /// The inputs, the outputs and the nodes of a graph.
    var inputs: String
    var output: String
    var nodes: String
    /// What FileCheck expects behind the first line.
    var checks: String
    var testDescription: String { equation }
  }

  @Test(arguments: cases)
  func ruleApplies(_ example: Case) throws {
    let source = """
      func @f(\(example.inputs)) -> (y: \(example.output)) {
      \(example.nodes)
      }
      // CHECK: func @f(
      \(example.checks.split(separator: "\n").map { "// \($0)" }.joined(separator: "\n"))
      """
    let complaint = try FileCheck.complaint(
      after: [Simplification(), DeadCodeElimination()], of: source, target: .host)
    #expect(complaint == nil)
  }

  /// Bytes that are read as bytes of the other kind are not widened.
  @Test func bytesThatWrapAreNotFactors() throws {
    let source = """
      func @f(%x: u8[2, 4], %w: i8[4, 3]) -> (y: i32[2, 3]) {
        %2: i8[2, 4] = convert(%x) {to = i8}
        %3: u8[4, 3] = convert(%w) {to = u8}
        %4: i32[2, 3] = contract(%2, %3) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = i32}
        return %4
      }
      // CHECK: [[A:%[0-9]+]]: i8[2, 4] = convert(%x)
      // CHECK: [[B:%[0-9]+]]: u8[4, 3] = convert(%w)
      // CHECK: contract([[A]], [[B]])
      """
    let complaint = try FileCheck.complaint(
      after: [Simplification(), DeadCodeElimination()], of: source, target: .host)
    #expect(complaint == nil)
  }

  @Test func everyRuleHasACase() {
    #expect(Set(Self.cases.map(\.equation)) == Set(Simplification().equations))
  }

  static let cases = arithmetic + views

  private static let arithmetic = [
    Case(
      equation: "i32(bytes) · i32(weights) ⇒ bytes · weights with sums in i32",
      inputs: "%x: u8[2, 4], %w: i8[4, 3]", output: "i32[2, 3]",
      nodes: """
        %2: i32[2, 4] = convert(%x) {to = i32}
        %3: i32[4, 3] = convert(%w) {to = i32}
        %4: i32[2, 3] = contract(%2, %3) {batch_left = [], batch_right = [], contract_left = [1], contract_right = [0], result = i32}
        return %4
        """,
      checks: "CHECK-NEXT: [[Y:%[0-9]+]]: i32[2, 3] = contract(%x, %w)\nCHECK-NEXT: return [[Y]]"),
    Case(
      equation: "convolve(i32(bytes), i32(weights)) ⇒ convolve(bytes, weights) with sums in i32",
      inputs: "%x: i8[1, 2, 5], %w: i8[3, 2, 3]", output: "i32[1, 3, 3]",
      nodes: """
        %2: i32[1, 2, 5] = convert(%x) {to = i32}
        %3: i32[3, 2, 3] = convert(%w) {to = i32}
        %4: i32[1, 3, 3] = convolve(%2, %3) {strides = [1], padding_low = [0], padding_high = [0], dilation = [1], input_dilation = [1], groups = 1}
        return %4
        """,
      checks:
        "CHECK-NEXT: [[Y:%[0-9]+]]: i32[1, 3, 3] = convolve(%x, %w) {{{.*}}result = i32\nCHECK-NEXT: return [[Y]]"
    ),
    Case(
      equation:
        "convert(clamp(x)) to integers within the bounds ⇒ convert(x), which saturates, also where x is rounded or bounded "
        + "in between",
      inputs: "%x: f32[3]", output: "u8[3]",
      nodes: """
        %1: f32[] = constant() {value = f32[](0.0)}
        %2: f32[3] = broadcast(%1) {shape = [3], axes = []}
        %3: f32[] = constant() {value = f32[](255.0)}
        %4: f32[3] = broadcast(%3) {shape = [3], axes = []}
        %5: f32[] = constant() {value = f32[](200.0)}
        %6: f32[3] = broadcast(%5) {shape = [3], axes = []}
        %7: f32[3] = maximum(%x, %2)
        %8: f32[3] = minimum(%7, %6)
        %9: f32[3] = round(%8)
        %10: f32[3] = maximum(%9, %2)
        %11: f32[3] = minimum(%4, %10)
        %12: u8[3] = convert(%11) {to = u8}
        return %12
        """,
      checks:
        "CHECK: [[A:%[0-9]+]]: f32[3] = minimum(%x, \nCHECK-NEXT: [[B:%[0-9]+]]: f32[3] = round([[A]])\n"
        + "CHECK-NEXT: [[Y:%[0-9]+]]: u8[3] = convert([[B]])\nCHECK-NEXT: return [[Y]]"),
    Case(
      equation: "(x + b) + c ⇒ x + (b + c) for constant vectors along the same axes",
      inputs: "%x: f32[2, 3]",
      output: "f32[2, 3]",
      nodes: """
        %1: f32[3] = constant() {value = f32[3](1.0, 2.0, 3.0)}
        %2: f32[2, 3] = broadcast(%1) {shape = [2, 3], axes = [1]}
        %3: f32[3] = constant() {value = f32[3](4.0, 5.0, 6.0)}
        %4: f32[2, 3] = broadcast(%3) {shape = [2, 3], axes = [1]}
        %5: f32[2] = constant() {value = f32[2](7.0, 8.0)}
        %6: f32[2, 3] = broadcast(%5) {shape = [2, 3], axes = [0]}
        %7: f32[2, 3] = add(%2, %x)
        %8: f32[2, 3] = add(%7, %4)
        %9: f32[2, 3] = add(%8, %6)
        return %9
        """,
      checks:
        "CHECK: [[A:%[0-9]+]]: f32[3] = add(\nCHECK-NEXT: [[B:%[0-9]+]]: f32[2, 3] = broadcast([[A]])\n"
        + "CHECK-NEXT: [[C:%[0-9]+]]: f32[2, 3] = add(%x, [[B]])\nCHECK-NEXT: [[Y:%[0-9]+]]: f32[2, 3] = add([[C]], \n"
        + "CHECK-NEXT: return [[Y]]"),
    Case(
      equation: "x * 1 ⇒ x, x / 1 ⇒ x, 1 * x ⇒ x", inputs: "%x: f32[3]", output: "f32[3]",
      nodes: """
        %1: f32[] = constant() {value = f32[](1.0)}
        %2: f32[3] = broadcast(%1) {shape = [3], axes = []}
        %3: f32[3] = multiply(%x, %2)
        %4: f32[3] = divide(%3, %2)
        %5: f32[3] = multiply(%2, %4)
        return %5
        """, checks: "CHECK-NEXT: return %x"),
    Case(
      equation: "x + 0 ⇒ x, 0 + x ⇒ x, x - 0 ⇒ x (-0 + 0 stays -0)", inputs: "%x: f32[]", output: "f32[]",
      nodes: """
        %1: f32[] = constant() {value = f32[](0.0)}
        %2: f32[] = add(%x, %1)
        %3: f32[] = add(%1, %2)
        %4: f32[] = subtract(%3, %1)
        return %4
        """, checks: "CHECK-NEXT: return %x"),
    Case(
      equation: "-(-x) ⇒ x", inputs: "%x: f32[3]", output: "f32[3]",
      nodes: "%1: f32[3] = negate(%x)\n%2: f32[3] = negate(%1)\nreturn %2", checks: "CHECK-NEXT: return %x"),
    Case(
      equation: "power(x, 2) ⇒ x * x", inputs: "%x: f32[]", output: "f32[]",
      nodes: """
        %1: f32[] = constant() {value = f32[](2.0)}
        %2: f32[] = power(%x, %1)
        return %2
        """, checks: "CHECK-NEXT: [[Y:%[0-9]+]]: f32[] = multiply(%x, %x)\nCHECK-NEXT: return [[Y]]"),
    Case(
      equation: "1 / sqrt(x) ⇒ rsqrt(x)", inputs: "%x: f32[]", output: "f32[]",
      nodes: """
        %1: f32[] = constant() {value = f32[](1.0)}
        %2: f32[] = sqrt(%x)
        %3: f32[] = divide(%1, %2)
        return %3
        """, checks: "CHECK-NEXT: [[Y:%[0-9]+]]: f32[] = rsqrt(%x)\nCHECK-NEXT: return [[Y]]"),
  ]

  private static let views = [
    Case(
      equation: "reshape(x) to its own shape ⇒ x", inputs: "%x: f32[3]", output: "f32[3]",
      nodes: "%1: f32[3] = reshape(%x) {shape = [3]}\nreturn %1", checks: "CHECK-NEXT: return %x"),
    Case(
      equation: "reshape(reshape(x)) ⇒ reshape(x)", inputs: "%x: f32[2, 6]", output: "f32[3, 4]",
      nodes: """
        %1: f32[12] = reshape(%x) {shape = [12]}
        %2: f32[3, 4] = reshape(%1) {shape = [3, 4]}
        return %2
        """, checks: "CHECK-NEXT: f32[3, 4] = reshape(%x)\nCHECK-NEXT: return"),
    Case(
      equation: "transpose(x) that moves nothing ⇒ x", inputs: "%x: f32[2, 3]", output: "f32[2, 3]",
      nodes: "%1: f32[2, 3] = transpose(%x) {permutation = [0, 1]}\nreturn %1",
      checks: "CHECK-NEXT: return %x"),
    Case(
      equation: "transpose(transpose(x)) ⇒ transpose(x)", inputs: "%x: f32[2, 3, 4]", output: "f32[4, 2, 3]",
      nodes: """
        %1: f32[3, 4, 2] = transpose(%x) {permutation = [1, 2, 0]}
        %2: f32[4, 2, 3] = transpose(%1) {permutation = [1, 2, 0]}
        return %2
        """, checks: "CHECK-NEXT: transpose(%x) {permutation = [2, 0, 1]}\nCHECK-NEXT: return"),
    Case(
      equation: "transpose(x) that moves only axes of extent 1 ⇒ reshape(x)", inputs: "%x: f32[2, 1, 3]",
      output: "f32[1, 2, 3]",
      nodes: "%1: f32[1, 2, 3] = transpose(%x) {permutation = [1, 0, 2]}\nreturn %1",
      checks: "CHECK-NEXT: reshape(%x) {shape = [1, 2, 3]}\nCHECK-NEXT: return"),
    Case(
      equation: "broadcast(x) to its own shape ⇒ x", inputs: "%x: f32[3]", output: "f32[3]",
      nodes: "%1: f32[3] = broadcast(%x) {shape = [3], axes = [0]}\nreturn %1",
      checks: "CHECK-NEXT: return %x"),
    Case(
      equation: "broadcast(broadcast(x)) ⇒ broadcast(x)", inputs: "%x: f32[3]", output: "f32[4, 2, 3]",
      nodes: """
        %1: f32[2, 3] = broadcast(%x) {shape = [2, 3], axes = [1]}
        %2: f32[4, 2, 3] = broadcast(%1) {shape = [4, 2, 3], axes = [1, 2]}
        return %2
        """, checks: "CHECK-NEXT: broadcast(%x) {shape = [4, 2, 3], axes = [2]}\nCHECK-NEXT: return"),
    Case(
      equation: "slice(x) of everything ⇒ x", inputs: "%x: f32[3]", output: "f32[3]",
      nodes: "%1: f32[3] = slice(%x) {starts = [0], extents = [3], steps = [1]}\nreturn %1",
      checks: "CHECK-NEXT: return %x"),
    Case(
      equation: "concatenate(x) ⇒ x", inputs: "%x: f32[3]", output: "f32[3]",
      nodes: "%1: f32[3] = concatenate(%x) {axis = 0}\nreturn %1", checks: "CHECK-NEXT: return %x"),
    Case(
      equation: "pad(x) by nothing ⇒ x", inputs: "%x: f32[3], %z: f32[]", output: "f32[3]",
      nodes: "%2: f32[3] = pad(%x, %z) {low = [0], high = [0]}\nreturn %2", checks: "CHECK-NEXT: return %x"),
    Case(
      equation: "convert(x) to its own type ⇒ x", inputs: "%x: f32[3]", output: "f32[3]",
      nodes: "%1: f32[3] = convert(%x) {to = f32}\nreturn %1", checks: "CHECK-NEXT: return %x"),
    Case(
      equation: "gather(x, iota) ⇒ slice(x)", inputs: "%x: f32[5, 2]", output: "f32[3, 2]",
      nodes: """
        %1: i64[3] = iota() {type = i64[3], axis = 0}
        %2: f32[3, 2] = gather(%x, %1) {axis = 0}
        return %2
        """,
      checks: "CHECK-NEXT: slice(%x) {starts = [0, 0], extents = [3, 2], steps = [1, 1]}\nCHECK-NEXT: return"),
  ]
}
