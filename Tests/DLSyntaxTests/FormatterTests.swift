import DLSyntax
import Testing

@Suite struct FormatterTests {
  private func format(_ text: String) throws -> String {
    try Formatter.format(SourceFile(name: "test.dl", text: text))
  }

  /// A text and how it is written.
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let formatted: String

    init(_ text: String, _ formatted: String) {
      self.text = text
      self.formatted = formatted
    }

    var testDescription: String { text }
  }

  @Test(arguments: [
    Case("", ""),
    Case("\n\n// only\n\n\n\n// comments\n\n", "// only\n\n// comments\n"),
    Case("const   a:Int=1+2*-3", "const a: Int = 1 + 2 * -3\n"),
    Case("const a=x[ : ,-1, ... ,0 : n:2]", "const a = x[:, -1, ..., 0:n:2]\n"),
    Case("const a=b?c:d", "const a = b ? c : d\n"),
    Case("const a = [ x for x in 0 ..< n if !x ]", "const a = [x for x in 0..<n if !x]\n"),
    Case("const a = 1 . 0", "const a = 1 .0\n"),
    Case(
      "func f(x:f32[...,n]?=nil)->(Int,f32[]){return(x,1)}",
      "func f(x: f32[..., n]? = nil) -> (Int, f32[]) { return (x, 1) }\n"),
    Case("layer L{}\nlayer M{a=B()}", "layer L {}\nlayer M {\n  a = B()\n}\n"),
    Case("func f() {\n\n\n  a\n\n\n\n  b  \n\n}", "func f() {\n  a\n\n  b\n}\n"),
    Case(
      "func f() {\n  if a {\n b }\n  else\n {\n c } }",
      "func f() {\n  if a {\n    b\n  } else {\n    c\n  }\n}\n"),
    Case("const a = x\n.b\n+ c", "const a = x\n  .b\n  + c\n"),
    Case("const a = f(\nb, c)", "const a = f(\n  b, c\n)\n"),
    Case("const a = f(b,\nc)", "const a = f(b, c)\n"),
    Case("const a = f(b, // one\nc)", "const a = f(\n  b,  // one\n  c\n)\n"),
    Case("const a = f{x in\nx}", "const a = f { x in\n  x\n}\n"),
    Case("const a = f(g(\nb\n))", "const a = f(g(\n  b\n))\n"),
  ])
  func layout(_ example: Case) throws {
    let formatted = try format(example.text)
    #expect(formatted == example.formatted)
    #expect(try format(formatted) == formatted)
  }

  @Test func longLinesAreBrokenAtCommas() throws {
    let words = (0..<20).map { "argument\($0)" }.joined(separator: ", ")
    let formatted = try format("const a = f(1, g(\(words)), 2)")
    #expect(
      formatted == """
        const a = f(
          1,
          g(
            argument0, argument1, argument2, argument3, argument4, argument5, argument6, argument7,
            argument8, argument9, argument10, argument11, argument12, argument13, argument14, argument15,
            argument16, argument17, argument18, argument19
          ),
          2
        )

        """)
    #expect(formatted.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func parametersAreBrokenBeforeTypes() throws {
    let formatted = try format(
      "func attention(query: float[..., T, d], key: float[..., S, d], value: float[..., S, e], causal: Bool = false) "
        + "-> float[..., T, e] { return query }")
    #expect(
      formatted == """
        func attention(
          query: float[..., T, d], key: float[..., S, d], value: float[..., S, e], causal: Bool = false
        ) -> float[..., T, e] { return query }

        """)
  }

  @Test func longClosuresAreBrokenFirst() throws {
    let formatted = try format(
      "const a = linear(x).split(3, axis: -1).map { $0.reshape(batch, tokens, heads, width / heads).transpose(1, 2) }"
    )
    #expect(
      formatted == """
        const a = linear(x).split(3, axis: -1).map {
          $0.reshape(batch, tokens, heads, width / heads).transpose(1, 2)
        }

        """)
  }

  @Test func theSampleStaysAsItIs() throws {
    let once = try format(Samples.everything)
    #expect(try format(once) == once)
    #expect(parse(once).unit.dump == parse(Samples.everything).unit.dump)
    let comments = { (text: String) in text.split(separator: "//").count }
    #expect(comments(once) == comments(Samples.everything))
  }

  @Test func textsWithErrorsAreRefused() {
    #expect(throws: Formatter.SyntaxErrors.self) { try format("const a = (") }
  }
}
