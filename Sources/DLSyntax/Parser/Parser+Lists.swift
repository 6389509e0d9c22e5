extension Parser {
  /// Parses `open element, element, … close`, the current token being `open`. A comma may follow the last element.
  ///
  /// After a mistake in an element it goes on with the next one; at the end it fails nonetheless.
  mutating func list<Element>(
    as role: TokenRole = .plain, element: (inout Parser) throws -> Element
  ) throws -> [Element] {
    let opening = current
    guard case .symbol(let symbol) = opening.kind, let closer = symbol.closer else {
      preconditionFailure("a list begins with a bracket")
    }
    advance(as: role)
    return try within(.brackets) { parser in
      try parser.elements(opening, until: closer, element: element)
    }
  }

  private mutating func elements<Element>(
    _ opening: Token, until closer: Symbol, element: (inout Parser) throws -> Element
  ) throws -> [Element] {
    var elements: [Element] = []
    var hasFailed = false
    while !at(closer) {
      do {
        elements.append(try element(&self))
        guard !at(.comma), !at(closer) else {
          _ = take(.comma)
          continue
        }
        throw failure(unfinishedList(opening, closer))
      } catch {
        hasFailed = true
        if isAtEnd || !skipToSeparator(before: closer, of: opening) { throw error }
        _ = take(.comma)
      }
    }
    advance()
    if hasFailed { throw Failure() }
    return elements
  }

  /// The error for what stands behind an element and is neither a comma nor the end of the list.
  private func unfinishedList(_ opening: Token, _ closer: Symbol) -> Diagnostic {
    let lacksComma = current.beginsOperand && !current.startsLine
    return .unfinishedList(
      found: found, at: foundRange, closer: closer, opening: range(of: opening),
      missingComma: lacksComma ? range(of: tokens[index - 1]).endPoint : nil)
  }
}
