extension Parser {
  /// Parses a name, a literal, brackets or a scan.
  mutating func primary() throws -> Expression {
    switch current.kind {
    case .identifier: return .name(try identifier("a name"))
    case .integer(let value): return .integer(value, range(of: advance()))
    case .float(let value): return .float(value, range(of: advance()))
    case .string(let value): return .string(value, range(of: advance()))
    case .closureParameter(let position): return .closureParameter(position, range(of: advance()))
    case .keyword(.true): return .boolean(true, range(of: advance()))
    case .keyword(.false): return .boolean(false, range(of: advance()))
    case .keyword(.nil): return .null(range(of: advance()))
    case .keyword(.scan): return try scan()
    case .symbol(.leftParenthesis): return try parenthesized()
    case .symbol(.leftBracket): return try listLiteral()
    default: throw noExpression()
    }
  }

  /// Parses `(a)`, which is `a`, or a tuple `(a, b)`.
  private mutating func parenthesized() throws -> Expression {
    let start = index
    let elements = try list { try $0.expression() }
    if elements.isEmpty { throw failure(.emptyParentheses(range(from: start))) }
    if elements.count > 1 {
      try grow()
      return .tuple(elements, range(from: start))
    }
    if tokens[index - 2].kind == .symbol(.comma) {
      throw failure(.shortTuple(range(from: start), isType: false))
    }
    return elements[0]
  }

  /// Parses `[a, b, c]` or `[element for pattern in sequence if condition]`.
  private mutating func listLiteral() throws -> Expression {
    let start = index
    var isComprehension = false
    var comprehension: Comprehension?
    let elements = try list { parser in
      if isComprehension { throw parser.failure(.longComprehension(parser.range(of: parser.current))) }
      let element = try parser.expression()
      guard parser.at(.for) else { return element }
      comprehension = try parser.comprehension()
      isComprehension = true
      return element
    }
    try grow()
    guard let comprehension else { return .list(elements, range(from: start)) }
    guard elements.count == 1, tokens[index - 2].kind != .symbol(.comma) else {
      throw failure(.longComprehension(range(from: start)))
    }
    return .comprehension(
      ComprehensionExpression(
        element: elements[0], pattern: comprehension.pattern, sequence: comprehension.sequence,
        condition: comprehension.condition, range: range(from: start)))
  }

  /// What a comprehension says after its element.
  private struct Comprehension {
    let pattern: Pattern
    let sequence: Expression
    let condition: Expression?
  }

  private mutating func comprehension() throws -> Comprehension {
    advance()
    let pattern = try pattern()
    try expectIn()
    let sequence = try expression()
    guard at(.if) else { return Comprehension(pattern: pattern, sequence: sequence, condition: nil) }
    advance()
    return Comprehension(pattern: pattern, sequence: sequence, condition: try expression())
  }

  /// Parses `scan pattern in sequence, label: option { … }`.
  private mutating func scan() throws -> Expression {
    let start = index
    advance()
    let pattern = try pattern()
    try expectIn()
    let sequence = try header { try $0.expression() }
    var options: [Argument] = []
    while take(.comma) {
      guard current.kind == .identifier, peek().kind == .symbol(.colon) else {
        throw failure(expected: "an option such as 'axis: 0'")
      }
      options.append(try header { try $0.argument() })
    }
    let body = try block(after: options.isEmpty ? "','" : nil)
    try grow()
    return .scan(
      ScanExpression(
        pattern: pattern, sequence: sequence, options: options, body: body, range: range(from: start)))
  }

  /// The error where an expression should begin, with what may have been meant.
  private mutating func noExpression() -> Failure {
    switch current.kind {
    case .wildcard: return failure(.wildcardValue(range(of: current)))
    case .keyword(.if) where !isAfterLineBreak:
      return failure(expected: "an expression", hint: "choose between values with 'condition ? a : b'")
    case .symbol(.dot):
      guard case .integer = peek().kind, peek().lower == current.upper else { break }
      let text = "." + text(of: peek())
      let fixIt = Diagnostic.FixIt(range(of: current), replacement: "0.")
      return failure(expected: "an expression", hint: "did you mean '0\(text)'?", fixIt: fixIt)
    case .symbol(.leftBrace) where !isAfterLineBreak:
      return failure(expected: "an expression", hint: "a closure follows the function it is for: 'f { … }'")
    default: break
    }
    return failure(expected: "an expression")
  }
}
