import DLSyntax
import Foundation
import Testing

@Suite struct GrammarTests {
  @Test func everyRuleIsDefinedAndUsed() throws {
    let grammar = try Grammar.language()
    let defined = Set(grammar.rules.keys)
    #expect(grammar.usedNames.subtracting(defined).isEmpty)
    #expect(defined.subtracting(grammar.usedNames) == ["source_file"])
  }

  @Test(arguments: 0..<10) func sentencesParse(seed: Int) throws {
    var generator = SentenceGenerator(try Grammar.language(), seed: UInt64(seed), maximumDepth: 20 + seed * 4)
    for _ in 0..<50 {
      try expectParses(generator.sentence())
      // The start symbol seldom reaches far down.
      for start in ["member", "statement", "recipe_statement", "expression", "type"] {
        try expectParses(wrapped(generator.sentence(from: start), start))
      }
    }
  }

  @Test func samplesParse() throws {
    try expectParses(Samples.everything)
    #expect(!Samples.files.isEmpty)
    for url in Samples.files { try expectParses(String(contentsOf: url, encoding: .utf8), name: url.path) }
  }

  private func wrapped(_ text: String, _ rule: String) -> String {
    switch rule {
    case "member": "layer L {\n\(text)\n}"
    case "statement": "func f() {\n\(text)\n}"
    case "recipe_statement": "recipe r for M {\n\(text)\n}"
    case "expression": "const c = \(text)"
    default: "func f() -> \(text) {}"
    }
  }

  /// Parses a text, and formats it: that is to change neither its tree nor, the second time, itself.
  private func expectParses(_ text: String, name: String = "sentence.dl") throws {
    let (unit, diagnostics) = Parser.parse(SourceFile(name: name, text: text))
    try #require(diagnostics.isEmpty, "\(diagnostics.rendered())\nin:\n\(text)")
    let formatted = try Formatter.format(SourceFile(name: name, text: text))
    let (again, complaints) = Parser.parse(SourceFile(name: name, text: formatted))
    try #require(complaints.isEmpty, "\(complaints.rendered())\nin:\n\(formatted)\nfrom:\n\(text)")
    try #require(again.dump == unit.dump, "the tree of:\n\(text)\nis not that of:\n\(formatted)")
    let twice = try Formatter.format(SourceFile(name: name, text: formatted))
    try #require(twice == formatted, "once:\n\(formatted)\ntwice:\n\(twice)\nfrom:\n\(text)")
  }
}
