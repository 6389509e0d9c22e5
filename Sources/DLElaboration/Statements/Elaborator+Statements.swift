import DLGraph
import DLSyntax

extension Elaborator {
  /// Elaborates statements up to the first `return`. A statement with an error doesn't stop those after it.
  func execute(_ statements: [Statement], in scope: Scope) -> Flow {
    var failed = false
    for statement in statements {
      do {
        switch try execute(statement, in: scope) {
        case .normal: break
        case .failed: failed = true
        case .returned(let value): return .returned(value)
        }
      } catch {
        forgetAssigned(by: statement, in: scope)
        failed = true
      }
    }
    return failed ? .failed : .normal
  }

  private func execute(_ statement: Statement, in scope: Scope) throws -> Flow {
    switch statement {
    case .binding(let statement): bind(statement, in: scope)
    case .assignment(let statement): try assign(statement, in: scope)
    case .returning(let expression, let range):
      return try execute(returning: expression, at: range, in: scope)
    case .yielding(let expression, let range): try execute(yielding: expression, at: range, in: scope)
    case .forLoop(let statement): return try execute(statement, in: scope)
    case .whileLoop(let statement): try execute(statement, in: scope)
    case .conditional(let statement): return try execute(statement, in: scope)
    case .expression(let expression): try execute(expression, in: scope)
    }
    return .normal
  }

  /// Declares the names of a `let` or `var`; where the value has an error they are unknown from here on.
  func bind(_ statement: BindingStatement, in scope: Scope) {
    do {
      var value = try evaluate(statement.value, in: scope)
      if let type = statement.type {
        let subject = statement.pattern.names.first.map { "'\($0.name)'" } ?? "the value"
        value = try checked(value, against: type, in: scope, subject: subject, at: statement.value.range)
      }
      try bind(statement.pattern, to: value, isVariable: statement.isVariable, in: scope)
    } catch {
      for name in statement.value.assignedNames { scope.variable(name)?.value = nil }
      for name in statement.pattern.names { scope.declare(name, nil, isVariable: statement.isVariable) }
    }
  }

  private func execute(returning expression: Expression, at range: SourceRange, in scope: Scope) throws
    -> Flow
  {
    if let frame = frames.last, frame.loopDepth > 0 { throw failure(.returnInLoop(at: range)) }
    do { return .returned(try evaluate(expression, in: scope)) } catch { return .returned(nil) }
  }

  private func execute(yielding expression: Expression, at range: SourceRange, in scope: Scope) throws {
    guard let collector = frames.last?.yields else { throw failure(.yieldOutsideScan(at: range)) }
    let value = try evaluate(expression, in: scope)
    if let first = collector.range { throw failure(.secondYield(at: range, first: first)) }
    collector.value = value
    collector.range = range
  }

  /// An expression alone does nothing in a language without effects, except to call a function that sets a state.
  private func execute(_ expression: Expression, in scope: Scope) throws {
    _ = try evaluate(expression, in: scope)
    switch expression {
    case .call, .scan: return
    default: throw failure(.unusedValue(at: expression.range))
    }
  }

  private func execute(_ statement: ForStatement, in scope: Scope) throws -> Flow {
    var failed = false
    for element in try sequence(statement.sequence, in: scope) {
      try countIteration(at: statement.range)
      let inner = Scope(in: scope)
      try bind(statement.pattern, to: element, in: inner)
      switch execute(statement.body.statements, in: inner) {
      case .normal: break
      case .failed: failed = true
      case .returned(let value): return .returned(value)
      }
    }
    return failed ? .failed : .normal
  }

  private func execute(_ statement: IfStatement, in scope: Scope) throws -> Flow {
    for branch in statement.branches where try condition(branch.condition, in: scope) {
      return execute(branch.body.statements, in: Scope(in: scope))
    }
    guard let otherwise = statement.otherwise else { return .normal }
    return execute(otherwise.statements, in: Scope(in: scope))
  }

  /// Makes the variables unknown that a statement with an error would have assigned.
  private func forgetAssigned(by statement: Statement, in scope: Scope) {
    for name in statement.assignedNames { scope.variable(name)?.value = nil }
  }
}
