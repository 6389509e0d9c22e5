import DLSyntax
import Testing

@Suite struct ParserTests {
  /// The dump of an expression.
  private func tree(_ expression: String) -> String {
    let (unit, diagnostics) = parse("const c = " + expression)
    guard diagnostics.isEmpty else { return diagnostics.rendered() }
    return String(unit.dump.dropFirst("const c = ".count).dropLast())
  }

  /// The lines of the dump of the statements of a function.
  private func statements(_ text: String) -> [String] {
    let (unit, diagnostics) = parse("func f() {\n\(text)\n}")
    guard diagnostics.isEmpty else { return [diagnostics.rendered()] }
    return unit.dump.split(separator: "\n").dropFirst().map { String($0.dropFirst(2)) }
  }

  @Test func precedence() {
    #expect(
      tree("a || b && c == d | e ^ f & g << h + i * j")
        == "(|| a (&& b (== c (| d (^ e (& f (<< g (+ h (* i j)))))))))")
    #expect(tree("a - b - c") == "(- (- a b) c)")
    #expect(tree("a @ b * c / d % e") == "(% (/ (* (@ a b) c) d) e)")
    #expect(tree("-a ** -b ** c") == "(- (** a (- (** b c))))")
    #expect(tree("a ** b ** c") == "(** a (** b c))")
    #expect(tree("-a.b[0](1) + !c") == "(+ (- (call (index (member a b) 0) 1)) (! c))")
    #expect(tree("a ? b : c ? d : e") == "(? a b (? c d e))")
    #expect(tree("0..<a + 1") == "(..< 0 (+ a 1))")
    #expect(tree("(a + b) * c") == "(* (+ a b) c)")
    #expect(tree("a < b ? 0...1 : 2") == "(? (< a b) (... 0 1) 2)")
  }

  @Test func indices() {
    #expect(tree("x[:, -1, ..., 0:n]") == "(index x (slice _ _ _) (- 1) ... (slice 0 n _))")
    #expect(
      tree("x[::2, a:, :b, a:b:c]") == "(index x (slice _ _ 2) (slice a _ _) (slice _ b _) (slice a b c))")
    #expect(tree("x[a ? b : c : d]") == "(index x (slice (? a b c) d _))")
    #expect(tree("p.0.1") == "(element (element p 0) 1)")
  }

  @Test func closures() {
    #expect(tree("xs.map { $0.1 }") == "(call (member xs map) {(element $0 1)})")
    #expect(tree("f(1) { a, (b, _) in a }") == "(call f 1 (in a (b, _)) {a})")
    #expect(tree("f { (a, b) in a }") == "(call f (in a b) {a})")
    #expect(tree("f { x in\n let y = x\n -y }") == "(call f (in x) {let y = x; (- y)})")
    #expect(tree("f {}") == "(call f {})")
  }

  @Test func comprehensions() {
    #expect(tree("[Block(w) for _ in 0..<depth]") == "(for _ (..< 0 depth) (call Block w))")
    #expect(tree("[a for (a, b) in xs if b]") == "(for (a, b) xs a (if b))")
    #expect(tree("[\n  a,\n  b,\n]") == "(list a b)")
  }

  @Test func lineBreaks() {
    #expect(statements("let a = b\n(c)") == ["let a = b", "c"])
    #expect(statements("a\n[0]") == ["a", "(list 0)"])
    #expect(statements("a\n  .b()\n  + c\n  - d") == ["(- (+ (call (member a b)) c) d)"])
    #expect(statements("a\n-b") == ["a", "(- b)"])
    #expect(statements("let a =\n  b +\n  c") == ["let a = (+ b c)"])
    #expect(statements("f(a\n-b\n(c))") == ["(call f (- a (call b c)))"])
    #expect(statements("if a {\n}\nelse\n{\n b }") == ["if a", "else", "  b"])
  }

  @Test func headersHaveNoClosures() {
    #expect(statements("for x in xs { f }") == ["for x in xs", "  f"])
    #expect(statements("if f(g { $0 }) { h }") == ["if (call f (call g {$0}))", "  h"])
    #expect(statements("while a < b { a = a + 1 }") == ["while (< a b)", "  a = (+ a 1)"])
    #expect(
      statements("let y = scan x in xs, axis: 1 { yield x }") == ["let y = (scan x xs axis: 1 {yield x})"])
  }

  @Test func wordsCanBeNames() {
    let (unit, diagnostics) = parse(
      """
      layer layer(in: Int, state: Int) {
        param = Linear(in, state)
        dim dim in 1...in
        func func1(model: f32[in]) -> f32[in] { for in in in { state = in } }
      }
      """)
    #expect(diagnostics.isEmpty)
    #expect(
      unit.dump == """
        layer layer(in: Int, state: Int)
          sublayer param (call Linear in state)
          dim dim (... 1 in)
          func func1(model: f32[in]) -> f32[in]
            for in in in
              state = in

        """)
  }

  @Test func documentation() {
    let (unit, _) = parse(
      """
      /// Not this: an empty line follows.

      // Nor this.
      /// First.
      ///  Second.
      const a = 1  /// Nor this.
      const b = 2
      """)
    guard case .constant(let a) = unit.declarations.first, case .constant(let b) = unit.declarations.last
    else {
      Issue.record("expected two constants")
      return
    }
    #expect(a.documentation == "First.\n Second.")
    #expect(b.documentation == nil)
  }

  @Test func rangesCoverWhatWasWritten() {
    let (unit, _) = parse("const c = (a + b).sum( axis: 0 )  // end")
    guard case .constant(let c) = unit.declarations.first, case .call(let call) = c.value else {
      Issue.record("expected a call")
      return
    }
    #expect(call.range.text == "(a + b).sum( axis: 0 )")
    #expect(call.callee.range.text == "(a + b).sum")
    #expect(call.arguments[0].range.text == "axis: 0")
    #expect(c.range.text == "const c = (a + b).sum( axis: 0 )")
  }

  @Test(arguments: ["(", "[", "f(", "-", "a ? b : ", "f { ", "2 ** ", "x[", "[a for x in "])
  func deepNestingIsReported(opening: String) {
    let (_, diagnostics) = parse("const c = " + String(repeating: opening, count: 100_000) + "a")
    #expect(diagnostics.diagnostics.contains { $0.id == "nesting-too-deep" })
  }

  @Test(arguments: [" + a", ".a", "(a)", "[a]", " && a", " @ a"])
  func tallExpressionsAreReported(link: String) {
    let (_, diagnostics) = parse("const c = a" + String(repeating: link, count: 100_000))
    #expect(diagnostics.diagnostics.map(\.id) == ["nesting-too-deep"])
    #expect(parse("const c = a" + String(repeating: link, count: Parser.maximumNesting)).diagnostics.isEmpty)
  }

  @Test func nestedBlocksTypesAndPatternsAreBounded() {
    for text in [
      "func f() { " + String(repeating: "if a { ", count: 100_000),
      "func f() -> " + String(repeating: "[", count: 100_000) + "Int",
      "func f() { let " + String(repeating: "(", count: 100_000),
    ] {
      #expect(parse(text).diagnostics.diagnostics.contains { $0.id == "nesting-too-deep" })
    }
  }

  @Test func longListsAreNoProblem() {
    let (unit, diagnostics) = parse("const c = [" + String(repeating: "1, ", count: 100_000) + "]")
    #expect(diagnostics.isEmpty)
    #expect(unit.declarations.count == 1)
  }

  @Test func theRestIsParsedBehindAMistake() {
    let (unit, diagnostics) = parse(
      """
      const a = (1, 2
      func f(x: Int y: Int) -> Int { return x }
      layer L {
        param w: f32[3
        param v f32[3]
        ok = Linear(1, , 2)
        func g() {
          let = 3
          let y = 4
          y +
        }
      }
      const b = 2
      """)
    #expect(diagnostics.errorCount == 7)
    #expect(
      unit.dump == """
        layer L()
          func g()
            let y = 4
        const b = 2

        """)
  }
}
