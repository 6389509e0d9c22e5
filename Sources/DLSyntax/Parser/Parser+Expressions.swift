extension Parser {
  /// Parses an expression: `lower..<upper`, `lower...upper`, or what binds tighter.
  mutating func expression() throws -> Expression {
    let start = index
    return try nested { parser in
      try parser.measured { parser in
        let lower = try parser.conditional()
        guard let isClosed = parser.rangeOperator else { return lower }
        parser.advance()
        let upper = try parser.conditional()
        if parser.rangeOperator != nil {
          throw parser.failure(.chainedRange(parser.range(of: parser.current)))
        }
        try parser.grow()
        return .range(
          RangeExpression(lower: lower, upper: upper, isClosed: isClosed, range: parser.range(from: start)))
      }
    }
  }

  /// Whether the range operator here includes its upper end; nil when there is none.
  private var rangeOperator: Bool? { at(.ellipsis) ? true : at(.halfOpenRange) ? false : nil }

  /// Parses `condition ? a : b`, or what binds tighter.
  private mutating func conditional() throws -> Expression {
    let start = index
    return try measured { parser in
      let condition = try parser.binary(.lowest)
      guard parser.take(.question, as: .conditional) else { return condition }
      let then = try parser.expression()
      guard parser.take(.colon, as: .conditional) else { throw parser.failure(expected: "':'") }
      let otherwise = try parser.nested { try $0.conditional() }
      try parser.grow()
      return .conditional(
        ConditionalExpression(
          condition: condition, then: then, otherwise: otherwise, range: parser.range(from: start)))
    }
  }

  /// Parses operators between two operands that bind at least as tight as `minimum`.
  private mutating func binary(_ minimum: Precedence) throws -> Expression {
    let start = index
    return try measured { parser in
      var left = try parser.unary()
      while let (operation, precedence) = parser.binaryOperator, precedence >= minimum {
        let token = parser.advance(as: .binaryOperator)
        let right = try parser.binary(precedence.next)
        if precedence == .comparison, case (let next, .comparison)? = parser.binaryOperator {
          throw parser.failure(.chainedComparison(parser.range(of: parser.current), operation, next))
        }
        try parser.grow()
        left = .binary(
          BinaryExpression(
            operator: operation, operatorRange: parser.range(of: token), left: left, right: right,
            range: parser.range(from: start)))
      }
      return left
    }
  }

  /// The operator between operands here; nil when there is none, or when this is the beginning of a new statement.
  private var binaryOperator: (BinaryExpression.Operator, Precedence)? {
    guard case .symbol(let symbol) = current.kind,
      let operation = BinaryExpression.Operator(rawValue: symbol.rawValue),
      let precedence = Precedence(of: operation)
    else { return nil }
    if symbol == .minus, isAfterLineBreak, !isFollowedBySpace { return nil }
    return (operation, precedence)
  }

  /// Whether white space or a comment follows the current token.
  private var isFollowedBySpace: Bool {
    let next = file.utf8[current.upper...].prefix(2)
    guard let first = next.first else { return false }
    return first.isBlank || first == UInt8(ascii: "\n") || next.elementsEqual("//".utf8)
  }

  /// Parses `-x`, `!x`, `~x`, or what binds tighter.
  private mutating func unary() throws -> Expression {
    let start = index
    guard case .symbol(let symbol) = current.kind,
      let operation = UnaryExpression.Operator(rawValue: symbol.rawValue)
    else { return try power() }
    let token = advance(as: .prefixOperator)
    return try measured { parser in
      let operand = try parser.nested { try $0.unary() }
      try parser.grow()
      return .unary(
        UnaryExpression(
          operator: operation, operatorRange: parser.range(of: token), operand: operand,
          range: parser.range(from: start)))
    }
  }

  /// Parses `base ** exponent`, which groups to the right, or what binds tighter.
  private mutating func power() throws -> Expression {
    let start = index
    return try measured { parser in
      let base = try parser.postfix()
      guard parser.at(.power) else { return base }
      let token = parser.advance(as: .binaryOperator)
      let exponent = try parser.nested { try $0.unary() }
      try parser.grow()
      return .binary(
        BinaryExpression(
          operator: .power, operatorRange: parser.range(of: token), left: base, right: exponent,
          range: parser.range(from: start)))
    }
  }
}

/// How tight an operator between two operands binds, loosest first.
///
/// `**` is not among them: it binds tighter than the prefix operators, and so is parsed apart.
enum Precedence: Int, Comparable {
  case or, and, comparison, bitOr, bitXor, bitAnd, shift, sum, product, operand

  static let lowest = Precedence.or

  init?(of operation: BinaryExpression.Operator) {
    switch operation {
    case .or: self = .or
    case .and: self = .and
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: self = .comparison
    case .bitOr: self = .bitOr
    case .bitXor: self = .bitXor
    case .bitAnd: self = .bitAnd
    case .shiftLeft, .shiftRight: self = .shift
    case .add, .subtract: self = .sum
    case .multiply, .divide, .remainder, .matrixMultiply: self = .product
    case .power: return nil
    }
  }

  /// The next tighter one: what the right operand is made of, so that operators group to the left.
  var next: Precedence { Precedence(rawValue: rawValue + 1) ?? .operand }

  static func < (a: Precedence, b: Precedence) -> Bool { a.rawValue < b.rawValue }
}
