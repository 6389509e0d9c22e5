extension Parser {
  /// The words that begin a statement.
  static let statementWords: [Keyword] = [.let, .var, .return, .yield, .for, .while, .if]

  /// Parses `{ statements }`. Where it may have been preceded by something else, `alternative` says so in messages.
  mutating func block(after alternative: String? = nil) throws -> Block {
    let start = index
    guard at(.leftBrace) else {
      throw failure(expected: (alternative.map { "\($0) or " } ?? "") + "'{'")
    }
    let opening = advance(as: .blockBrace)
    let statements = try nested { try $0.statements(opening) }
    return Block(statements: statements, range: range(from: start))
  }

  /// Parses statements up to the closing brace, and takes that.
  mutating func statements(_ opening: Token) throws -> [Statement] {
    try within(.statements) { parser in
      var statements: [Statement] = []
      while !parser.at(.rightBrace) {
        if parser.isAtEnd || parser.beginsOutside { throw parser.failure(parser.unclosedBrace(opening)) }
        let start = parser.index
        parser.starts.append(start)
        do {
          statements.append(try parser.statement())
          try parser.endStatement(after: "a statement")
        } catch {
          parser.skipStatement(from: start)
          if parser.index == start, !parser.at(.rightBrace) { parser.advance() }
        }
      }
      parser.advance()
      return statements
    }
  }

  /// Whether a function or declaration begins here, so that a closing brace must be missing above.
  private var beginsOutside: Bool { current.startsLine && at(.func) || beginsDeclaration }

  /// The error for a brace that is still open here.
  func unclosedBrace(_ opening: Token) -> Diagnostic {
    .unclosed(
      opening: range(of: opening), closer: .rightBrace, found: foundToken,
      at: isAtEnd ? foundRange : range(of: current))
  }

  /// Makes sure that a statement or member ends where the line ends.
  mutating func endStatement(after construct: String) throws {
    if at(.rightBrace) || isAtEnd || current.startsLine { return }
    if at(.semicolon) {
      report(.semicolon(range(of: current), isNeedless: peek().startsLine))
      advance()
      return
    }
    throw failure(
      .unfinishedLine(foundToken, at: range(of: current), word: text(of: current), after: construct))
  }

  mutating func statement() throws -> Statement {
    replaceMisspeltKeyword()
    let start = index
    switch current.kind {
    case .keyword(.let), .keyword(.var): return .binding(try binding(documentation()))
    case .keyword(.return):
      advance()
      return .returning(try operand("a value"), range(from: start))
    case .keyword(.yield):
      advance()
      return .yielding(try operand("a value"), range(from: start))
    case .keyword(.for): return .forLoop(try forLoop())
    case .keyword(.while): return .whileLoop(try whileLoop())
    case .keyword(.if): return .conditional(try conditionalStatement())
    case .keyword(.else): throw failure(.strayElse(range(of: current)))
    case .symbol(.leftBrace): throw failure(.strayBrace(range(of: current)))
    default: return try assignmentOrExpression()
    }
  }

  /// Parses the value of a `return` or `yield`, which begins on the same line.
  private mutating func operand(_ description: String) throws -> Expression {
    if isAfterLineBreak || at(.rightBrace) { throw failure(expected: description) }
    return try expression()
  }

  /// Parses `let pattern: Type = value`, also with `var`.
  mutating func binding(_ documentation: String?) throws -> BindingStatement {
    let start = index
    let isVariable = at(.var)
    advance()
    let pattern = try pattern()
    let type = take(.colon) ? try type() : nil
    try expect(.assign, or: type == nil ? "':'" : nil, hint: at(.comma) ? Diagnostic.tupleHint : nil)
    let value = try expression()
    return BindingStatement(
      documentation: documentation, isVariable: isVariable, pattern: pattern, type: type, value: value,
      range: range(from: start))
  }

  private mutating func assignmentOrExpression() throws -> Statement {
    let start = index
    if let next = indexBehindPattern(from: index), tokens[next].kind == .symbol(.assign) {
      let pattern = try pattern()
      try expect(.assign)
      let value = try expression()
      return .assignment(AssignmentStatement(pattern: pattern, value: value, range: range(from: start)))
    }
    guard current.beginsExpression else {
      throw failure(.expectedStatement(foundToken, at: range(of: current)))
    }
    let value = try expression()
    if at(.assign) { throw failure(.invalidTarget(range(from: start))) }
    if case .symbol(let symbol) = current.kind, let operation = symbol.compoundOperator {
      let target = range(from: start).text
      throw failure(.compoundAssignment(range(of: current), target: target, operation: operation))
    }
    return .expression(value)
  }

  private mutating func forLoop() throws -> ForStatement {
    let start = index
    advance()
    let pattern = try pattern()
    try expectIn()
    let sequence = try header { try $0.expression() }
    let body = try block()
    return ForStatement(pattern: pattern, sequence: sequence, body: body, range: range(from: start))
  }

  private mutating func whileLoop() throws -> WhileStatement {
    let start = index
    advance()
    let condition = try header { try $0.expression() }
    let body = try block()
    return WhileStatement(condition: condition, body: body, range: range(from: start))
  }

  private mutating func conditionalStatement() throws -> IfStatement {
    let start = index
    var branches: [IfStatement.Branch] = []
    var otherwise: Block?
    repeat {
      advance()
      let condition = try header { try $0.expression() }
      branches.append(IfStatement.Branch(condition: condition, body: try block()))
      guard at(.else) else { break }
      advance()
      if !at(.if) { otherwise = try block(after: "'if'") }
    } while otherwise == nil
    return IfStatement(branches: branches, otherwise: otherwise, range: range(from: start))
  }

  /// Puts a misspelt keyword right where a statement begins with two words that can't stand side by side.
  private mutating func replaceMisspeltKeyword() {
    guard current.kind == .identifier, !peek().startsLine, peek().beginsOperand else { return }
    let words = Self.statementWords.map(\.rawValue)
    guard let meant = Spelling.meant(by: text(of: current), among: words),
      let keyword = Keyword(rawValue: meant)
    else { return }
    report(.misspelt(range(of: current), meant: meant))
    tokens[index].kind = .keyword(keyword)
  }
}

extension Token {
  /// Whether an expression can begin with it.
  var beginsExpression: Bool {
    switch kind {
    case .symbol(.leftParenthesis), .symbol(.leftBracket), .symbol(.minus), .symbol(.exclamation),
      .symbol(.tilde):
      true
    // A number without its leading zero: its own message is better.
    case .symbol(.dot): true
    default: beginsOperand
    }
  }

  /// Whether it begins an expression and can't go on with one.
  var beginsOperand: Bool {
    switch kind {
    case .identifier, .wildcard, .integer, .float, .string, .closureParameter, .keyword(.true),
      .keyword(.false),
      .keyword(.nil), .keyword(.scan):
      true
    default: false
    }
  }
}
