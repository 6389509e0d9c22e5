import Foundation

/// The root folder of the package.
public let packageFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// A fenced block of a Markdown file.
public struct MarkdownBlock {
  /// What stands behind the opening fence.
  public let info: String
  public let text: String
  /// The line of the opening fence, from 1.
  public let line: Int

  /// The blocks of a file of the package, in order.
  public static func blocks(of path: String) throws -> [MarkdownBlock] {
    let text = try String(contentsOf: packageFolder.appending(path: path), encoding: .utf8)
    var blocks: [MarkdownBlock] = []
    var open: (info: String, lines: [Substring], line: Int)?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(
            MarkdownBlock(info: block.info, text: block.lines.joined(separator: "\n"), line: block.line))
          open = nil
        } else {
          open = (String(line.dropFirst(3)), [], index + 1)
        }
      } else {
        open?.lines.append(line)
      }
    }
    return blocks
  }
}
