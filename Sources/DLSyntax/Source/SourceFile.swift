/// A named source text with its line table. Immutable; two files are equal only when they are the same object.
public final class SourceFile: Sendable {
  /// The name shown in messages: usually the path as the user gave it.
  public let name: String
  /// The whole text.
  public let text: String
  /// The text as UTF-8. All offsets in this module count these bytes.
  public let utf8: [UInt8]
  /// The offset of the first byte of each line; never empty.
  let lineStarts: [Int]

  public init(name: String, text: String) {
    self.name = name
    self.text = text
    utf8 = Array(text.utf8)
    var starts = [0]
    for (offset, byte) in utf8.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
    lineStarts = starts
  }

  /// The number of lines; an empty file has one.
  public var lineCount: Int { lineStarts.count }

  /// The range of the whole text.
  public var range: SourceRange { SourceRange(file: self, 0, utf8.count) }

  /// The text of a line, counted from 1, without its line break; empty for a line that doesn't exist.
  public func line(_ number: Int) -> String {
    guard number >= 1, number <= lineStarts.count else { return "" }
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : utf8.count
    if end > start, utf8[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return string(start, end)
  }

  /// The line and column of a byte offset. Offsets outside the text are clamped. O(log lines + line length).
  public func location(of offset: Int) -> SourceLocation {
    let offset = min(max(offset, 0), utf8.count)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return SourceLocation(line: low + 1, column: string(lineStarts[low], offset).count + 1)
  }

  /// The text between two byte offsets.
  func string(_ lower: Int, _ upper: Int) -> String { String(decoding: utf8[lower..<upper], as: UTF8.self) }
}

extension SourceFile: Hashable {
  public static func == (a: SourceFile, b: SourceFile) -> Bool { a === b }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// A position for people: line and column count from 1, columns in characters.
public struct SourceLocation: Sendable, Hashable {
  public let line: Int
  public let column: Int
}
