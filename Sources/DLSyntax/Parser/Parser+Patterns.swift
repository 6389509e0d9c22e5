extension Parser {
  /// Parses a name, `_`, or a tuple of patterns.
  mutating func pattern() throws -> Pattern {
    let start = index
    switch current.kind {
    case .identifier: return .name(try identifier("a name"))
    case .wildcard: return .wildcard(range(of: advance()))
    case .symbol(.leftParenthesis):
      let elements = try nested { try $0.list { try $0.pattern() } }
      guard elements.count > 1 else { throw failure(.shortTuple(range(from: start), isType: false)) }
      return .tuple(elements, range(from: start))
    default: throw failure(expected: "a name")
    }
  }

  /// Takes the word `in` after a pattern.
  mutating func expectIn() throws {
    guard at(word: "in") else {
      let hint = at(.comma) ? "several names stand in parentheses: 'for (a, b) in …'" : nil
      throw failure(expected: "'in'", hint: hint)
    }
    advance()
  }

  /// The index behind the pattern that begins at `start`, or nil when there is none. Takes nothing.
  func indexBehindPattern(from start: Int) -> Int? {
    switch tokens[start].kind {
    case .identifier, .wildcard: return start + 1
    case .symbol(.leftParenthesis): break
    default: return nil
    }
    var open = 0
    for position in start..<tokens.count {
      switch tokens[position].kind {
      case .symbol(.leftParenthesis): open += 1
      case .symbol(.rightParenthesis):
        open -= 1
        if open == 0 { return position + 1 }
      case .identifier, .wildcard, .symbol(.comma): break
      default: return nil
      }
    }
    return nil
  }
}
