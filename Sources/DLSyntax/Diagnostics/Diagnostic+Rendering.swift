extension Diagnostic {
  /// The message as it is shown: a headline with file, line and column, the source lines with carets under the primary
  /// range and dashes under the secondary ones, then notes and hint. Ends without a line break.
  ///
  ///     model.dl:4:3: error: expected ')', found 'let' [unclosed-bracket]
  ///      3 |   let y = f(x
  ///        |            - opened here
  ///      4 |   let z = 1
  ///        |   ^^^
  ///      = hint: close the bracket
  public func rendered() -> String {
    var lines = ["\(range): \(severity.rawValue): \(message) [\(id)]"]
    lines += Excerpt(of: self).rendered()
    let margin = String(repeating: " ", count: Excerpt.numberWidth(of: self))
    lines += notes.map { "\(margin) = note: \($0)" }
    if let hint { lines.append("\(margin) = hint: \(hint)") }
    return lines.joined(separator: "\n")
  }
}

extension DiagnosticSet {
  /// All messages in order, separated by empty lines. Past `limit` errors only their number is told, because what
  /// follows that many is seldom worth reading.
  public func rendered(limit: Int = 50) -> String {
    let all = diagnostics
    var parts = all.prefix(limit).map { $0.rendered() }
    if all.count > limit { parts.append("… and \(all.count - limit) more") }
    return parts.joined(separator: "\n\n")
  }
}

/// The source lines that a diagnostic shows, with its marks below them.
private struct Excerpt {
  private struct Mark {
    let label: Diagnostic.Label
    let line: Int
    let isPrimary: Bool
  }

  private let marks: [Mark]
  private let primaryFile: SourceFile
  private let width: Int

  init(of diagnostic: Diagnostic) {
    let primary = diagnostic.primary
    primaryFile = primary.range.file
    width = Self.numberWidth(of: diagnostic)
    let secondary = diagnostic.secondary.map { Mark(label: $0, line: $0.range.start.line, isPrimary: false) }
    marks = [Mark(label: primary, line: primary.range.start.line, isPrimary: true)] + secondary
  }

  /// The width of the widest line number shown.
  static func numberWidth(of diagnostic: Diagnostic) -> Int {
    let labels = [diagnostic.primary] + diagnostic.secondary
    return labels.map { String($0.range.start.line).count }.reduce(0, max) + 1
  }

  func rendered() -> [String] {
    var lines = section(of: primaryFile, marks.filter { $0.label.range.file == primaryFile })
    for mark in marks where mark.label.range.file != primaryFile {
      lines.append("\(blank)--> \(mark.label.range)")
      lines += section(of: mark.label.range.file, [mark])
    }
    return lines
  }

  private var blank: String { String(repeating: " ", count: width + 1) }

  /// The marked lines of one file from top to bottom; `…` stands for lines left out.
  private func section(of file: SourceFile, _ marks: [Mark]) -> [String] {
    var lines: [String] = []
    var previous: Int?
    for line in Set(marks.map(\.line)).sorted() {
      if let previous, line > previous + 1 { lines.append("\(blank)…") }
      previous = line
      let window = LineWindow(
        file: file, line: line, marks: marks.filter { $0.line == line }.map(\.label.range))
      let number = String(line)
      let padding = String(repeating: " ", count: width - number.count)
      lines.append("\(padding)\(number) | \(window.text)".trimmingTrailingSpaces())
      // The rightmost mark comes first, so that the label of each stands free; the primary one before its equals.
      let ordered = marks.filter { $0.line == line }.sorted {
        ($0.label.range.lower, $0.isPrimary ? 1 : 0) > ($1.label.range.lower, $1.isPrimary ? 1 : 0)
      }
      for mark in ordered {
        let underline = window.underline(mark.label.range, with: mark.isPrimary ? "^" : "-")
        lines.append("\(blank)| \(underline) \(mark.label.text)".trimmingTrailingSpaces())
      }
    }
    return lines
  }
}

/// A source line as it is shown: whole, or, when it is very long, the part around the marks.
private struct LineWindow {
  private static let maximumWidth = 160

  let text: String
  private let file: SourceFile
  private let lineStart: Int
  private let characters: [Character]
  private let first: Int
  private let last: Int

  init(file: SourceFile, line: Int, marks: [SourceRange]) {
    self.file = file
    lineStart = file.lineStarts[line - 1]
    characters = Array(file.line(line))
    let leftmost = marks.map { $0.start.column - 1 }.min() ?? 0
    let isLong = characters.count > Self.maximumWidth
    first = isLong ? max(0, min(leftmost, characters.count) - Self.maximumWidth / 4) : 0
    last = min(characters.count, first + Self.maximumWidth)
    text = (first > 0 ? "…" : "") + String(characters[first..<last]) + (last < characters.count ? "…" : "")
  }

  /// Spaces up to the range, then its underline: one mark at least, none beyond the end of the line.
  func underline(_ range: SourceRange, with mark: Character) -> String {
    let start = range.start.column - 1
    let end =
      range.upper <= lineStart + characters.reduce(0) { $0 + $1.utf8.count } ? range.end.column - 1 : last
    let from = max(first, min(start, last))
    let indentation = String(characters[first..<from].map { $0 == "\t" ? "\t" : " " as Character })
    let length = max(1, min(end, last) - from)
    return (first > 0 ? " " : "") + indentation + String(repeating: mark, count: length)
  }
}

extension String {
  fileprivate func trimmingTrailingSpaces() -> String {
    String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)])
  }
}
