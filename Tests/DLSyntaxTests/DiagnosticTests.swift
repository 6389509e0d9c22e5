import DLSyntax
import Testing

@Suite struct DiagnosticTests {
  /// A text and what is said about it: for each message its place and words, then the hint.
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let messages: [String]

    init(_ text: String, _ messages: String...) {
      self.text = text
      self.messages = messages
    }

    var testDescription: String { text }
  }

  private func summary(_ diagnostic: Diagnostic) -> [String] {
    let start = diagnostic.range.start
    let headline = "\(start.line):\(start.column) \(diagnostic.message) [\(diagnostic.id)]"
    return [headline] + (diagnostic.hint.map { ["hint: \($0)"] } ?? [])
  }

  @Test(arguments: lexical + declarations + members + statements + expressions)
  func wording(_ example: Case) {
    let found = parse(example.text).diagnostics.diagnostics.flatMap(summary)
    #expect(found == example.messages)
  }

  @Test func rendering() {
    let text = """
      layer L {
        func f(x: f32[n]) {
          let y = g(x,
            1

          let z = h(x).
        }
      """
    #expect(
      messages(text) == """
        test.dl:6:5: error: expected ',' or ')', found the keyword 'let' [unclosed-bracket]
         3 |     let y = g(x,
           |              - opened here
           …
         6 |     let z = h(x).
           |     ^^^

        test.dl:6:18: error: expected the name of a member, found the end of the line [expected-syntax]
         6 |     let z = h(x).
           |                  ^

        test.dl:7:4: error: expected '}', found the end of the file [unclosed-bracket]
         1 | layer L {
           |         - opened here
           …
         7 |   }
           |    ^
        """)
  }

  @Test func fixItsRepairTheText() {
    for (text, repaired) in [
      ("const a = f(1 2)", "const a = f(1, 2)"),
      ("const a = f(axis=1)", "const a = f(axis:1)"),
      ("const a = .5", "const a = 0.5"),
      ("modle M {}", "model M {}"),
      ("const a = 1 − 2", "const a = 1 - 2"),
      ("layer L {\n  w: f32[3]\n}", "layer L {\n  param w: f32[3]\n}"),
      ("layer L {\n  a = B();\n}", "layer L {\n  a = B()\n}"),
      ("func f() {\n  let x = a and b\n}", "func f() {\n  let x = a && b\n}"),
    ] {
      guard let fixIt = parse(text).diagnostics.diagnostics.first?.fixIt else {
        Issue.record("no fix-it for \(text)")
        continue
      }
      var bytes = Array(text.utf8)
      bytes.replaceSubrange(fixIt.range.lower..<fixIt.range.upper, with: Array(fixIt.replacement.utf8))
      #expect(String(decoding: bytes, as: UTF8.self) == repaired)
      #expect(parse(repaired).diagnostics.isEmpty)
    }
  }
}
