/// `callee(arguments) { closure }`. A method call `x.f(a)` has a member expression as its callee.
public struct CallExpression: Sendable {
  public let callee: Expression
  public let arguments: [Argument]
  /// The closure after the parentheses.
  public let closure: Closure?
  public let range: SourceRange
}

/// `value` or `label: value`.
public struct Argument: Sendable {
  public let label: Identifier?
  public let value: Expression
  public let range: SourceRange
}

/// `{ $0 + 1 }` or `{ (a, b) in a * b }`: a function of compile time.
public struct Closure: Sendable {
  /// The named parameters; nil where the body speaks of `$0`, `$1`, ….
  public let parameters: [Pattern]?
  /// The body; where it is one expression, this is the value.
  public let statements: [Statement]
  public let range: SourceRange
}

/// `base[items]`.
public struct IndexExpression: Sendable {
  public let base: Expression
  /// The items, at least one.
  public let items: [IndexItem]
  public let range: SourceRange
}

/// One entry between the brackets of an index expression.
public enum IndexItem: Sendable {
  /// An index, which removes its axis, or `nil`, which adds one
  case expression(Expression)
  /// `start:stop:step`
  case slice(Slice)
  /// `...`: all axes not spoken of
  case ellipsis(SourceRange)

  public var range: SourceRange {
    switch self {
    case .expression(let expression): expression.range
    case .slice(let slice): slice.range
    case .ellipsis(let range): range
    }
  }
}

/// `start:stop:step`; each part may be left out.
public struct Slice: Sendable {
  public let start: Expression?
  public let stop: Expression?
  public let step: Expression?
  public let range: SourceRange
}

/// `base.name`.
public struct MemberExpression: Sendable {
  public let base: Expression
  public let name: Identifier
  public let range: SourceRange
}

/// `base.0`: an element of a tuple or list.
public struct ElementExpression: Sendable {
  public let base: Expression
  public let position: Int
  public let positionRange: SourceRange
  public let range: SourceRange
}
