import DLCompiler
import DLElaboration
import DLSyntax
import DLTestSupport
import Foundation
import Testing

/// Every example of the language reference is compiled; those marked as mistakes give the message shown below them.
@Suite struct LanguageReferenceTests {
  @Test func examplesCompile() throws {
    let blocks = try MarkdownBlock.blocks(of: "docs/language.md").filter { $0.info == "dl" }
    #expect(blocks.count >= 8)
    for block in blocks {
      let (module, diagnostics) = Self.elaborate(block)
      #expect(module != nil && diagnostics.isEmpty, "line \(block.line):\n\(diagnostics.rendered())")
    }
  }

  @Test func mistakesAreExplained() throws {
    let blocks = try MarkdownBlock.blocks(of: "docs/language.md")
    let mistakes = blocks.indices.filter { blocks[$0].info == "dl error" }
    #expect(mistakes.count >= 2)
    for index in mistakes {
      let message = Self.elaborate(blocks[index]).diagnostics.rendered()
      #expect(index + 1 < blocks.count && blocks[index + 1].info == "text")
      #expect(blocks[index + 1].text == message)
    }
  }

  private static func elaborate(_ block: MarkdownBlock) -> (module: AnyObject?, diagnostics: DiagnosticSet) {
    let (unit, diagnostics) = Parser.parse(SourceFile(name: "model.dl", text: block.text + "\n"))
    if diagnostics.hasErrors { return (nil, diagnostics) }
    let result = Elaboration.elaborate(unit)
    return (result.module.map { _ in NSObject() }, result.diagnostics)
  }
}
