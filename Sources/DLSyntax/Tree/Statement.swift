/// A statement of a function, a loop or a closure.
public indirect enum Statement: Sendable {
  /// `let pattern = value`, `var pattern = value`
  case binding(BindingStatement)
  /// `pattern = value`
  case assignment(AssignmentStatement)
  /// `return value`; a function that gives several values returns a tuple
  case returning(Expression, SourceRange)
  /// `yield value`: what one step of a scan contributes
  case yielding(Expression, SourceRange)
  /// `for pattern in sequence { … }`, unrolled at compile time
  case forLoop(ForStatement)
  /// `while condition { … }`, at run time
  case whileLoop(WhileStatement)
  /// `if … { } else if … { } else { }`
  case conditional(IfStatement)
  /// An expression alone: the value of a closure
  case expression(Expression)

  public var range: SourceRange {
    switch self {
    case .binding(let statement): statement.range
    case .assignment(let statement): statement.range
    case .returning(_, let range), .yielding(_, let range): range
    case .forLoop(let statement): statement.range
    case .whileLoop(let statement): statement.range
    case .conditional(let statement): statement.range
    case .expression(let expression): expression.range
    }
  }
}

/// `let pattern: Type = value` or `var …`. Also a member of a layer, there always with `let`.
public struct BindingStatement: Sendable {
  /// The text of the `///` lines before it.
  public let documentation: String?
  /// Whether it was declared with `var`.
  public let isVariable: Bool
  public let pattern: Pattern
  public let type: TypeExpression?
  public let value: Expression
  public let range: SourceRange
}

/// `pattern = value`.
public struct AssignmentStatement: Sendable {
  public let pattern: Pattern
  public let value: Expression
  public let range: SourceRange
}

/// `for pattern in sequence { … }`.
public struct ForStatement: Sendable {
  public let pattern: Pattern
  public let sequence: Expression
  public let body: Block
  public let range: SourceRange
}

/// `while condition { … }`.
public struct WhileStatement: Sendable {
  public let condition: Expression
  public let body: Block
  public let range: SourceRange
}

/// `if condition { … } else if condition { … } else { … }`.
public struct IfStatement: Sendable {
  public struct Branch: Sendable {
    public let condition: Expression
    public let body: Block
  }

  /// The conditions with their blocks in order, at least one.
  public let branches: [Branch]
  /// The block after the last `else`.
  public let otherwise: Block?
  public let range: SourceRange
}

/// The left-hand side of a binding: a name, `_`, or a tuple of these.
public indirect enum Pattern: Sendable {
  case name(Identifier)
  /// `_`: the value is not used
  case wildcard(SourceRange)
  case tuple([Pattern], SourceRange)

  public var range: SourceRange {
    switch self {
    case .name(let identifier): identifier.range
    case .wildcard(let range), .tuple(_, let range): range
    }
  }

  /// The names it binds, from left to right.
  public var names: [Identifier] {
    switch self {
    case .name(let identifier): [identifier]
    case .wildcard: []
    case .tuple(let elements, _): elements.flatMap(\.names)
    }
  }
}
