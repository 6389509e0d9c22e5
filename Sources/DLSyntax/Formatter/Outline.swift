/// The tokens of a file, grouped by brackets and statements, with the line breaks that are to stay.
struct Outline {
  let file: SourceFile
  let tokens: [Token]
  let roles: [TokenRole]
  let comments: [Comment]
  private let starts: Set<Int>
  /// The statements of the top level.
  private(set) var statements: [[Piece]] = []
  /// Whether a line break before a token inside a statement stays.
  private(set) var keepsBreak: [Bool]
  private var index = 0

  /// - Requires: `parsed` has no errors, so that its brackets match.
  init(_ parsed: ParsedFile) {
    file = parsed.stream.file
    tokens = parsed.stream.tokens
    roles = parsed.roles
    comments = parsed.stream.comments
    starts = parsed.starts
    keepsBreak = Array(repeating: false, count: tokens.count)
    statements = readStatements()
  }

  func text(_ index: Int) -> String { file.string(tokens[index].lower, tokens[index].upper) }
  func hasComments(_ index: Int) -> Bool { !tokens[index].comments.isEmpty }
  func isSymbol(_ index: Int, _ symbol: Symbol) -> Bool { tokens[index].kind == .symbol(symbol) }

  private var isAtEnd: Bool { index >= tokens.count - 1 }
  private var isAtCloser: Bool {
    if case .symbol(let symbol) = tokens[index].kind { symbol.isCloser } else { false }
  }

  private mutating func readStatements() -> [[Piece]] {
    var statements: [[Piece]] = []
    while !isAtEnd, !isAtCloser {
      let start = index
      var pieces = [readPiece()]
      while !isAtEnd, !isAtCloser, !starts.contains(index) {
        keepsBreak[index] = staysBroken(index)
        pieces.append(readPiece())
      }
      keepsBreak[start] = false
      statements.append(pieces)
    }
    return statements
  }

  /// Whether the break before a token of a statement, outside brackets, stays.
  private func staysBroken(_ index: Int) -> Bool {
    if hasComments(index) { return true }
    guard tokens[index].startsLine else { return false }
    switch roles[index] {
    case .blockBrace, .membersBrace: return false
    default: return tokens[index].kind != .keyword(.else)
    }
  }

  private mutating func readPiece() -> Piece {
    guard case .symbol(let symbol) = tokens[index].kind, symbol.closer != nil else {
      index += 1
      return .token(index - 1)
    }
    return .group(symbol == .leftBrace ? readBraces() : readBrackets())
  }

  private mutating func readBraces() -> Group {
    let opener = index
    index += 1
    let header = roles[opener] == .closureBrace ? readHeader() : []
    let parts = readStatements()
    let closer = index
    index += 1
    let kind: Group.Kind = roles[opener] == .membersBrace ? .members : .statements
    let hasOuterBreak = parts.first.map { tokens[$0[0].first].startsLine } ?? false
    let isBroken =
      parts.count > 1 || hasOuterBreak || (kind == .members && !parts.isEmpty) || hasComments(closer)
      || parts.contains { hasComments($0[0].first) || hasBreak($0) }
      || header.contains { hasComments($0.first) } || hasBreak(header)
    return Group(
      kind: kind, opener: opener, closer: closer, header: header, parts: parts, isBroken: isBroken)
  }

  /// Reads the parameters of a closure up to the word `in`.
  private mutating func readHeader() -> [Piece] {
    guard let end = headerEnd() else { return [] }
    var header: [Piece] = []
    while index <= end {
      keepsBreak[index] = hasComments(index)
      header.append(readPiece())
    }
    return header
  }

  /// The index of the word `in` that belongs to the closure whose body begins here; nil when it has none.
  private func headerEnd() -> Int? {
    var position = index
    while !starts.contains(position), position < tokens.count - 1 {
      if roles[position] == .closureHeader { return position }
      if isSymbol(position, .leftBrace) || isSymbol(position, .rightBrace) { return nil }
      position += 1
    }
    return nil
  }

  private mutating func readBrackets() -> Group {
    let opener = index
    index += 1
    var parts: [[Piece]] = []
    while !isAtCloser {
      var part = [readPiece()]
      while !isAtCloser {
        keepsBreak[index] = staysBrokenInBrackets(index)
        let isLast = isSymbol(index, .comma)
        part.append(readPiece())
        if isLast { break }
      }
      parts.append(part)
    }
    let closer = index
    index += 1
    let isAttached = roles[opener] == .attachedBracket && isSymbol(opener, .leftBracket)
    let isBroken =
      hasComments(closer) || (parts.first.map { tokens[$0[0].first].startsLine } ?? false)
      || parts.contains { hasComments($0[0].first) || $0.dropFirst().contains { keepsBreak[$0.first] } }
      || parts.dropLast().contains(where: hasBreak)
    return Group(
      kind: isAttached ? .attached : .list, opener: opener, closer: closer, header: [], parts: parts,
      isBroken: isBroken)
  }

  /// Whether the break before a token in brackets stays, where no element begins: only at operators and dots.
  private func staysBrokenInBrackets(_ index: Int) -> Bool {
    if hasComments(index) { return true }
    guard tokens[index].startsLine else { return false }
    return isJoint(index) || roles[index - 1] == .binaryOperator || roles[index - 1] == .conditional
  }

  private func isJoint(_ index: Int) -> Bool {
    roles[index] == .binaryOperator || roles[index] == .conditional || isSymbol(index, .dot)
  }

  /// Whether a line break lies somewhere in the pieces.
  private func hasBreak(_ pieces: [Piece]) -> Bool {
    for (position, piece) in pieces.enumerated() {
      if position > 0, keepsBreak[piece.first] { return true }
      guard case .group(let group) = piece else { continue }
      if group.isBroken || group.parts.contains(where: hasBreak) { return true }
    }
    return false
  }
}
