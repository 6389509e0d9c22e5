import DLTestSupport
import Foundation
import Testing

/// The listings of the tour are what the compiler prints.
@Suite struct TourTests {
  private let tool: CommandLineTool

  init() throws {
    tool = try CommandLineTool()
    for file in ["digits.dl", "digits.safetensors"] { try tool.copy("examples/digits/\(file)") }
  }

  @Test func listingsAreCurrent() throws {
    let listings = try MarkdownBlock.blocks(of: "docs/tour.md").filter { $0.info == "console" }
    #expect(listings.count >= 5)
    for listing in listings {
      let lines = listing.text.split(separator: "\n")
      let words = try #require(lines.first).split(separator: " ").map(String.init)
      try #require(words.starts(with: ["$", "dlc"]))
      let outcome = try tool.run(CommandLineTool.dlc, Array(words.dropFirst(2)))
      #expect(outcome.status == 0, "\(outcome.errors)")
      var rest = outcome.output.split(separator: "\n")[...]
      for excerpt in lines.dropFirst() {
        let found = rest.firstIndex { Self.matches($0, excerpt) }
        #expect(found != nil, "docs/tour.md:\(listing.line): no line is \(excerpt)")
        rest = rest[(found.map { $0 + 1 } ?? rest.startIndex)...]
      }
    }
  }

  /// The parts of the source that the tour shows stand in the file.
  @Test func sourceIsCurrent() throws {
    let source = try String(contentsOf: tool.folder.appending(path: "digits.dl"), encoding: .utf8)
    for block in try MarkdownBlock.blocks(of: "docs/tour.md") where block.info == "dl" {
      #expect(source.contains(block.text))
    }
  }

  /// Whether a line equals an excerpt in which `…` stands for anything.
  private static func matches(_ line: Substring, _ excerpt: Substring) -> Bool {
    let parts = excerpt.split(separator: "…", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return line == excerpt }
    guard line.hasPrefix(first) else { return false }
    var rest = line.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}
