/// `-x`, `!x`, `~x`.
public struct UnaryExpression: Sendable {
  public enum Operator: String, Sendable, CaseIterable {
    case negate = "-"
    case not = "!"
    case complement = "~"
  }

  public let `operator`: Operator
  public let operatorRange: SourceRange
  public let operand: Expression
  public let range: SourceRange
}

/// `a + b`.
public struct BinaryExpression: Sendable {
  public enum Operator: String, Sendable, CaseIterable {
    case or = "||"
    case and = "&&"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case bitOr = "|"
    case bitXor = "^"
    case bitAnd = "&"
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case matrixMultiply = "@"
    case power = "**"

    /// Whether it compares its operands.
    public var isComparison: Bool {
      switch self {
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
      default: false
      }
    }
  }

  public let `operator`: Operator
  public let operatorRange: SourceRange
  public let left: Expression
  public let right: Expression
  public let range: SourceRange
}

/// `condition ? then : otherwise`.
public struct ConditionalExpression: Sendable {
  public let condition: Expression
  public let then: Expression
  public let otherwise: Expression
  public let range: SourceRange
}

/// `lower..<upper` or `lower...upper`.
public struct RangeExpression: Sendable {
  public let lower: Expression
  public let upper: Expression
  /// Whether `upper` belongs to the range: written `...`.
  public let isClosed: Bool
  public let range: SourceRange
}
