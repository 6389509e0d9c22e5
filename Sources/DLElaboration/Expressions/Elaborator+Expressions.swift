import DLGraph
import DLSyntax

extension Elaborator {
  /// The value of an expression.
  ///
  /// - Throws: `Failure` where it has none; the reason is reported.
  func evaluate(_ expression: Expression, in scope: Scope) throws -> Value {
    budget.expressionDepth += 1
    let outerRange = currentRange
    defer {
      budget.expressionDepth -= 1
      currentRange = outerRange
    }
    guard budget.expressionDepth <= Budget.maximumExpressionDepth else {
      throw failure(.tooDeep(at: expression.range))
    }
    currentRange = expression.range
    switch expression {
    case .name(let name): return try value(of: name, in: scope)
    case .integer(let value, _): return .integer(value)
    case .float(let value, _): return .float(value)
    case .boolean(let value, _): return .boolean(value)
    case .string(let value, _): return .string(value)
    case .null: return .null
    case .list(let elements, _): return .list(try all(elements) { try evaluate($0, in: scope) })
    case .tuple(let elements, _): return .tuple(try all(elements) { try evaluate($0, in: scope) })
    case .comprehension(let expression): return try value(of: expression, in: scope)
    case .range(let expression): return try value(of: expression, in: scope)
    case .unary(let expression): return try value(of: expression, in: scope)
    case .binary(let expression): return try value(of: expression, in: scope)
    case .conditional(let expression): return try value(of: expression, in: scope)
    case .call(let expression): return try value(of: expression, in: scope)
    case .index(let expression): return try value(of: expression, in: scope)
    case .member(let expression): return try value(of: expression, in: scope)
    case .element(let expression): return try value(of: expression, in: scope)
    case .closureParameter(let position, let range):
      return try closureParameter(position, at: range, in: scope)
    case .scan(let expression): return try value(of: expression, in: scope)
    }
  }

  /// The value of an expression that must be an integer.
  func integer(_ expression: Expression, in scope: Scope) throws -> IntegerExpression {
    let value = try evaluate(expression, in: scope)
    guard case .integer(let integer) = value else {
      throw failure(.expectedKind("an Int", found: value, at: expression.range))
    }
    return integer
  }

  /// The value of an expression that decides something at compile time.
  func condition(_ expression: Expression, in scope: Scope) throws -> Bool {
    let value = try evaluate(expression, in: scope)
    switch value {
    case .boolean(let value): return value
    case .tensor: throw failure(.tensorCondition(value, at: expression.range))
    default: throw failure(.expectedKind("a Bool", found: value, at: expression.range))
    }
  }

  private func closureParameter(_ position: Int, at range: SourceRange, in scope: Scope) throws -> Value {
    guard let argument = scope.closureArgument(position) else {
      throw failure(.closureParameterOutside(position, at: range))
    }
    guard let argument else { throw failure(.missingClosureArgument(position, at: range)) }
    return argument
  }

  private func value(of expression: ConditionalExpression, in scope: Scope) throws -> Value {
    try condition(expression.condition, in: scope)
      ? evaluate(expression.then, in: scope) : evaluate(expression.otherwise, in: scope)
  }

  private func value(of expression: RangeExpression, in scope: Scope) throws -> Value {
    let (lower, upper) = try both(integer(expression.lower, in: scope), integer(expression.upper, in: scope))
    return .range(lower: lower, upper: expression.isClosed ? upper + 1 : upper)
  }

  private func value(of expression: ComprehensionExpression, in scope: Scope) throws -> Value {
    let elements = try sequence(expression.sequence, in: scope)
    return .list(
      try all(elements) { element -> [Value] in
        let inner = Scope(in: scope)
        try countIteration(at: expression.range)
        try bind(expression.pattern, to: element, in: inner)
        if let filter = expression.condition, try !condition(filter, in: inner) { return [] }
        return [try evaluate(expression.element, in: inner)]
      }.flatMap { $0 })
  }

  /// The elements that a loop of compile time walks over.
  func sequence(_ expression: Expression, in scope: Scope) throws -> [Value] {
    let value = try evaluate(expression, in: scope)
    guard let elements = value.elements else {
      if case .range(let lower, let upper) = value, (upper - lower).constantValue != nil {
        throw failure(.tooManyIterations(at: expression.range))
      }
      throw failure(.notASequence(value, at: expression.range))
    }
    return elements
  }

  /// Counts one iteration of a loop of compile time.
  func countIteration(at range: SourceRange) throws {
    budget.iterations += 1
    if budget.iterations > Budget.maximumIterations { throw failure(.tooManyIterations(at: range)) }
  }
}
