import DLSyntax
import Testing

/// Recipes: their trees, and what is said about mistakes in them.
@Suite struct RecipeTests {
  @Test func tree() {
    let (unit, diagnostics) = parse(
      """
      /// Small.
      recipe edge for Net {
        fix B = 2 * 8
        target "x86-64-v3"
        tuning "net.json"
        precision "head" bf16
        quantize "h.*" to i8 per channel dynamic
        quantize "h.*" to i4 group 32 weights only
        prune "h.*" to 2:4
        prune "h.*" to 50 % globally
        prune "h.*" to 50% block 16 by 1
        prune "h.*" to 50% channels by magnitude multiple 8
        keep "h.0"
      }
      """)
    #expect(diagnostics.isEmpty)
    #expect(
      unit.dump == """
        /// Small.
        recipe edge for Net
          fix B (* 2 8)
          target "x86-64-v3"
          tuning "net.json"
          precision "head" bf16
          quantize "h.*" i8 perChannel dynamic
          quantize "h.*" i4 group(32) weightsOnly
          prune "h.*" structured(kept: 2, of: 4)
          prune "h.*" percent(50) globally
          prune "h.*" percent(50) block(rows: 16, columns: 1)
          prune "h.*" percent(50) channels byMagnitude multiple(8)
          keep "h.0"

        """)
  }

  @Test func formatting() throws {
    let text = "recipe r for M{prune   \"a\" to 2 : 4\nprune \"a\" to 50 % block  4 by 1\nkeep  \"b\"}"
    #expect(
      try Formatter.format(SourceFile(name: "test.dl", text: text)) == """
        recipe r for M {
          prune "a" to 2:4
          prune "a" to 50% block 4 by 1
          keep "b"
        }

        """)
  }

  @Test func mistakes() {
    func said(_ statement: String) -> [String] {
      parse("recipe r for M {\n\(statement)\nfix B = 1\n}").diagnostics.diagnostics.map {
        "\($0.range.start.line):\($0.range.start.column) \($0.message)\($0.hint.map { "; \($0)" } ?? "")"
      }
    }
    #expect(said("quantise \"a\" to i8") == ["2:1 'quantise' begins nothing here; did you mean 'quantize'?"])
    #expect(
      said("width = 3") == [
        "2:1 expected a statement of a recipe, found 'width'; a recipe says 'fix', 'target', 'tuning', "
          + "'precision', 'quantize', 'prune' and 'keep'"
      ])
    #expect(
      said("quantize a to i8") == [
        "2:10 expected the paths of parameters or layers in quotes, found 'a'; quantize \"encoder.*.weight\" …"
      ])
    #expect(said("quantize \"a\" i8") == ["2:14 expected 'to', found 'i8'"])
    #expect(
      said("quantize \"a\" to i8 dynamc") == [
        "2:20 there is no option 'dynamc' here; did you mean 'dynamic'?"
      ])
    #expect(said("quantize \"a\" to i8 per row") == ["2:24 expected 'channel' or 'tensor', found 'row'"])
    #expect(said("prune \"a\" to 50") == ["2:16 expected '%' or ':', found the end of the line"])
    #expect(
      said("prune \"a\" to 50% channel") == [
        "2:18 there is no option 'channel' here; did you mean 'channels'?"
      ])
    #expect(said("prune \"a\" to 50% channels by size") == ["2:30 expected 'magnitude', found 'size'"])
    #expect(said("tuning fast") == ["2:8 expected the name of a file in quotes, found 'fast'"])
    #expect(said("target fast") == ["2:8 expected the name of a CPU in quotes, found 'fast'"])
    #expect(
      parse("recipe r { }").diagnostics.diagnostics.map(\.message) == [
        "expected 'for' and the model that the recipe is for, found '{'"
      ])
  }
}
