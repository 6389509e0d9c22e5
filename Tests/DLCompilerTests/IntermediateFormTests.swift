import DLTestSupport
import Foundation
import Testing

/// The listings in the pages on the intermediate forms are what the compiler prints for the model shown with them.
@Suite struct IntermediateFormTests {
  @Test func listingsAreCurrent() throws {
    let blocks = try MarkdownBlock.blocks(of: "docs/graph-ir.md")
    let source = try #require(blocks.first { $0.info == "dl" }).text
    let graph = try #require(blocks.first { $0.info == "text" }).text
    let loops = try #require(try MarkdownBlock.blocks(of: "docs/loop-ir.md").first { $0.info == "text" }).text
    let tool = try CommandLineTool()
    try tool.write(source, to: "model.dl")
    let printed = try tool.dlc("ir", "model.dl", "--after", "none")
    #expect(printed.output.trimmingCharacters(in: .newlines) == graph, "\(printed.errors)")
    let lowered = try tool.dlc(
      "ir", "model.dl", "--random-weights", "1", "--target-cpu", "x86-64-v4", "--stage", "loops")
    #expect(lowered.output.contains(loops), "\(lowered.output)\(lowered.errors)")
  }
}
