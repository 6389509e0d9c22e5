/// Writes the pieces of an outline into lines.
struct Layout {
  let outline: Outline
  private var lines: [String] = []
  private var line = ""
  /// The number of characters in the current line.
  private(set) var column = 0
  /// The indentation of the current line.
  private var lineIndentation = 0

  init(_ outline: Outline) { self.outline = outline }

  /// All that was written; ends with a line break unless it is empty.
  var text: String {
    let all = line.isEmpty ? lines : lines + [line]
    return all.map { $0 + "\n" }.joined()
  }

  mutating func emitFile() {
    emitStatements(outline.statements, indentation: 0, closer: outline.tokens.count - 1)
  }

  // MARK: Statements

  /// Writes statements, each on a line of its own, and the comments before the token that ends them.
  private mutating func emitStatements(
    _ statements: [[Piece]], indentation: Int, closer: Int
  ) {
    var isFirst = true
    for statement in statements {
      let first = statement[0].first
      emitComments(before: first, indentation: indentation, keepsBlankLines: true, isFirst: &isFirst)
      if !isFirst, hasBlankLine(before: first) { blankLine() }
      newLine(indentation)
      isFirst = false
      emit(statement, indentation: indentation, isFlat: false)
    }
    emitComments(before: closer, indentation: indentation, keepsBlankLines: true, isFirst: &isFirst)
  }

  /// Whether an empty line lies between a token and the comment or token before it.
  private func hasBlankLine(before index: Int) -> Bool {
    let token = outline.tokens[index]
    let previous =
      token.comments.isEmpty
      ? outline.tokens[index - 1].upper : outline.comments[token.comments.upperBound - 1].upper
    return hasBlankLine(previous, token.lower)
  }

  private func hasBlankLine(_ lower: Int, _ upper: Int) -> Bool {
    outline.file.utf8[lower..<upper].count { $0 == UInt8(ascii: "\n") } > 1
  }

  // MARK: Comments

  /// Writes the comments before a token: those that follow something on its line, and those on lines of their own.
  private mutating func emitComments(
    before index: Int, indentation: Int, keepsBlankLines: Bool, isFirst: inout Bool
  ) {
    var previous = index > 0 ? outline.tokens[index - 1].upper : 0
    for comment in outline.comments[outline.tokens[index].comments] {
      let text = outline.file.string(comment.lower, comment.upper)
      if comment.standsAlone {
        if keepsBlankLines, !isFirst, hasBlankLine(previous, comment.lower) { blankLine() }
        newLine(indentation)
        append(text)
      } else {
        append("  " + text)
      }
      isFirst = isFirst && !comment.standsAlone
      previous = comment.upper
    }
  }

  private mutating func emitComments(before index: Int, indentation: Int) {
    var isFirst = true
    emitComments(before: index, indentation: indentation, keepsBlankLines: false, isFirst: &isFirst)
  }

  // MARK: Pieces

  /// Writes pieces one after the other, the first without space before it. Where a break stays, the rest goes on
  /// `indentation` plus one step.
  private mutating func emit(_ pieces: [Piece], indentation: Int, isFlat: Bool) {
    for (position, piece) in pieces.enumerated() {
      if position > 0 { separate(piece.first, indentation: indentation + 2) }
      switch piece {
      case .token(let index): append(outline.text(index))
      case .group(let group):
        let rest = pieces[(position + 1)...]
        if group.isBroken || !(isFlat || fits(group, before: rest)) {
          emitBroken(group)
        } else {
          emitFlat(group)
        }
      }
    }
  }

  /// Writes what separates a token from the one before it inside a statement.
  private mutating func separate(_ index: Int, indentation: Int) {
    if outline.keepsBreak[index] {
      emitComments(before: index, indentation: indentation)
      newLine(indentation)
    } else if outline.hasSpace(before: index) {
      append(" ")
    }
  }

  private func fits(_ group: Group, before rest: ArraySlice<Piece>) -> Bool {
    guard group.isBreakable else { return true }
    return column + outline.width(of: group, before: rest) <= Formatter.maximumWidth
  }

  // MARK: Groups

  private mutating func emitFlat(_ group: Group) {
    append(outline.text(group.opener))
    let isBraced = group.kind == .statements && !group.isEmpty
    if isBraced { append(" ") }
    emit(group.header, indentation: lineIndentation, isFlat: true)
    if !group.header.isEmpty, !group.parts.isEmpty { append(" ") }
    for (position, part) in group.parts.enumerated() {
      if position > 0 { append(" ") }
      let isLast = position == group.parts.count - 1
      emit(isLast ? outline.withoutComma(part) : part, indentation: lineIndentation, isFlat: true)
    }
    if isBraced { append(" ") }
    append(outline.text(group.closer))
  }

  private mutating func emitBroken(_ group: Group) {
    let outer = lineIndentation
    append(outline.text(group.opener))
    switch group.kind {
    case .list, .attached:
      emitElements(group, indentation: outer + 2)
      emitComments(before: group.closer, indentation: outer + 2)
    case .statements, .members:
      if let first = group.header.first?.first {
        separate(first, indentation: outer + 2)
        emit(group.header, indentation: outer, isFlat: false)
      }
      emitStatements(group.parts, indentation: outer + 2, closer: group.closer)
    }
    newLine(outer)
    append(outline.text(group.closer))
  }

  /// Writes the elements of a broken list: as many on a line as fit, and new lines where the author began them.
  private mutating func emitElements(_ group: Group, indentation: Int) {
    var isBehindBrokenElement = false
    for (position, part) in group.parts.enumerated() {
      let first = part[0].first
      let token = outline.tokens[first]
      let isBroken =
        position == 0 || token.startsLine || isBehindBrokenElement
        || column + 1 + outline.width(of: part[...]) > Formatter.maximumWidth
      if isBroken {
        emitComments(before: first, indentation: indentation)
        newLine(indentation)
      } else {
        append(" ")
      }
      let lineCount = lines.count
      emit(part, indentation: indentation, isFlat: false)
      isBehindBrokenElement = lines.count > lineCount
    }
  }

  // MARK: Lines

  private mutating func append(_ text: String) {
    line += text
    column += text.count
  }

  /// Begins a new line, unless nothing was written yet.
  private mutating func newLine(_ indentation: Int) {
    if !line.isEmpty || !lines.isEmpty { finishLine() }
    line = String(repeating: " ", count: indentation)
    column = indentation
    lineIndentation = indentation
  }

  private mutating func blankLine() {
    finishLine()
    line = ""
  }

  private mutating func finishLine() { lines.append(line) }
}
