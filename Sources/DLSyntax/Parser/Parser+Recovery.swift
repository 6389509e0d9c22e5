/// Finding the place where parsing can go on after a mistake.
extension Parser {
  /// Skips the rest of a statement or member that began at `start`: up to the next line that isn't inside brackets opened on the way, or up to
  /// the `}` of the block around it.
  mutating func skipStatement(from start: Int) {
    while !isAtEnd {
      if index > start, current.startsLine { return }
      if !skipBalanced() {
        if at(.rightBrace) { return }
        // A closing bracket that closes nothing.
        advance()
      }
    }
  }

  /// Skips to the next comma, or to the bracket that closes the list; false when neither comes.
  mutating func skipToSeparator(before closer: Symbol, of opening: Token) -> Bool {
    while !isAtEnd {
      if at(.comma) || at(closer) { return true }
      if isOutside(opening) { return false }
      guard skipBalanced() else { return false }
    }
    return false
  }

  /// Skips one token, or all that stands in brackets; false, without a step, at a closing bracket and at the end.
  private mutating func skipBalanced() -> Bool {
    guard case .symbol(let symbol) = current.kind else {
      if isAtEnd { return false }
      advance()
      return true
    }
    if symbol.isCloser { return false }
    let opening = advance()
    guard let closer = symbol.closer else { return true }
    var open = [closer]
    while let innermost = open.last, !isAtEnd {
      if case .symbol(let symbol) = current.kind {
        if let closer = symbol.closer {
          open.append(closer)
        } else if symbol.isCloser {
          // A bracket that doesn't match closes all inside the one it does match, and stays when it matches none.
          guard let match = open.lastIndex(of: symbol) else { return true }
          open.removeSubrange((match + 1)...)
          open.removeLast()
          advance()
          continue
        }
      } else if innermost != .rightBrace, isOutside(opening) {
        // An unclosed parenthesis doesn't swallow the statements after it.
        return true
      }
      advance()
    }
    return true
  }

  /// Whether the current token, in brackets by the look of the tokens, begins a line that looks as if they were closed:
  /// with a statement, or indented no further than the line of the opening bracket.
  private func isOutside(_ opening: Token) -> Bool {
    guard current.startsLine else { return false }
    return current.beginsStatement || indentation(of: current) <= indentation(of: opening)
  }

  /// The number of blanks at the beginning of the line of a token.
  private func indentation(of token: Token) -> Int {
    let lineStart = file.lineStarts[file.location(of: token.lower).line - 1]
    return file.utf8[lineStart...].prefix(while: \.isBlank).count
  }
}

extension Token {
  /// Whether it can only be the beginning of a statement or of a function.
  var beginsStatement: Bool {
    switch kind {
    case .keyword(.let), .keyword(.var), .keyword(.func), .keyword(.return), .keyword(.yield),
      .keyword(.while):
      true
    default: false
    }
  }
}
