extension Parser {
  /// Parses a primary expression with all that follows it: `.name`, `.0`, `(…)`, `[…]`, `{ … }`.
  mutating func postfix() throws -> Expression {
    let start = index
    return try measured { parser in
      var base = try parser.primary()
      while let next = try parser.postfix(of: base, from: start) {
        try parser.grow()
        base = next
      }
      return base
    }
  }

  /// Parses one step further, or gives nil when the expression ends here.
  private mutating func postfix(of base: Expression, from start: Int) throws -> Expression? {
    if at(.dot) { return try member(of: base, from: start) }
    if isAfterLineBreak { return nil }
    if at(.leftParenthesis) {
      let arguments = try list(as: .attachedBracket) { try $0.argument() }
      let closure = try trailingClosure()
      return .call(
        CallExpression(callee: base, arguments: arguments, closure: closure, range: range(from: start)))
    }
    if at(.leftBracket) {
      let items = try indexItems()
      return .index(IndexExpression(base: base, items: items, range: range(from: start)))
    }
    guard base.canTakeClosure, let closure = try trailingClosure() else { return nil }
    return .call(CallExpression(callee: base, arguments: [], closure: closure, range: range(from: start)))
  }

  private mutating func member(of base: Expression, from start: Int) throws -> Expression {
    advance()
    if case .integer(let position) = current.kind, text(of: current).utf8.allSatisfy(\.isDigit) {
      let token = advance()
      return .element(
        ElementExpression(
          base: base, position: position, positionRange: range(of: token), range: range(from: start)))
    }
    let name = try identifier("the name of a member")
    return .member(MemberExpression(base: base, name: name, range: range(from: start)))
  }

  /// Parses `value` or `label: value`.
  mutating func argument() throws -> Argument {
    let start = index
    var label: Identifier?
    if current.kind == .identifier, peek().kind == .symbol(.colon) {
      label = try identifier("a label")
      advance()
    } else if current.kind == .identifier, peek().kind == .symbol(.assign) {
      throw failure(.labelWithAssign(range(of: peek()), label: text(of: current)))
    }
    let value = try expression()
    return Argument(label: label, value: value, range: range(from: start))
  }

  private mutating func indexItems() throws -> [IndexItem] {
    let items = try list(as: .attachedBracket) { try $0.indexItem() }
    if items.isEmpty { throw failure(.emptyIndex(range(from: index - 2))) }
    return items
  }

  private mutating func indexItem() throws -> IndexItem {
    if at(.ellipsis) { return .ellipsis(range(of: advance(as: .axes))) }
    let start = index
    let lower = at(.colon) ? nil : try expression()
    if let lower, !at(.colon) { return .expression(lower) }
    advance(as: .sliceColon)
    let stop = try slicePart()
    let step = take(.colon, as: .sliceColon) ? try slicePart() : nil
    return .slice(Slice(start: lower, stop: stop, step: step, range: range(from: start)))
  }

  private mutating func slicePart() throws -> Expression? {
    at(.colon) || at(.comma) || at(.rightBracket) ? nil : try expression()
  }

  /// Parses `{ … }` on the same line, where it can be a closure.
  private mutating func trailingClosure() throws -> Closure? {
    guard context.closuresAllowed, at(.leftBrace), !isAfterLineBreak else { return nil }
    let start = index
    let opening = advance(as: .closureBrace)
    return try nested { parser in
      let parameters = try parser.closureParameters()
      let statements = try parser.statements(opening)
      return Closure(parameters: parameters, statements: statements, range: parser.range(from: start))
    }
  }

  /// Parses `a, b in` or `(a, b) in`; nil when the closure has no such beginning.
  private mutating func closureParameters() throws -> [Pattern]? {
    guard var next = indexBehindPattern(from: index) else { return nil }
    while tokens[next].kind == .symbol(.comma), let behind = indexBehindPattern(from: next + 1) {
      next = behind
    }
    guard tokens[next].kind == .identifier, text(of: tokens[next]) == "in", !tokens[next].startsLine else {
      return nil
    }
    var patterns = [try pattern()]
    while take(.comma) { patterns.append(try pattern()) }
    advance(as: .closureHeader)
    if patterns.count == 1, case .tuple(let elements, _) = patterns[0] { return elements }
    return patterns
  }
}

extension Expression {
  /// Whether a closure may follow without parentheses: `xs.map { … }`.
  fileprivate var canTakeClosure: Bool {
    switch self {
    case .name, .member: true
    default: false
    }
  }
}
