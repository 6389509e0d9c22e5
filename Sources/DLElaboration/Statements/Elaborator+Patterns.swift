import DLGraph
import DLSyntax

extension Elaborator {
  /// Declares the names of a pattern with the parts of a value.
  func bind(_ pattern: Pattern, to value: Value, isVariable: Bool = false, in scope: Scope) throws {
    switch pattern {
    case .wildcard: return
    case .name(let name): scope.declare(name, value, isVariable: isVariable)
    case .tuple(let patterns, let range):
      let elements = try parts(of: value, count: patterns.count, at: range)
      for (pattern, element) in zip(patterns, elements) {
        try bind(pattern, to: element, isVariable: isVariable, in: scope)
      }
    }
  }

  /// The elements of a tuple or list that a pattern takes apart.
  private func parts(of value: Value, count: Int, at range: SourceRange) throws -> [Value] {
    guard let elements = value.elements else { throw failure(.notATuple(value, count: count, at: range)) }
    guard elements.count == count else {
      throw failure(.wrongTupleCount(elements.count, expected: count, at: range))
    }
    return elements
  }

  /// `pattern = value`: to variables, or to states of the layer.
  func assign(_ statement: AssignmentStatement, in scope: Scope) throws {
    let value = try evaluate(statement.value, in: scope)
    try assign(statement.pattern, value, from: statement.value.range, in: scope)
  }

  private func assign(_ pattern: Pattern, _ value: Value, from range: SourceRange, in scope: Scope) throws {
    switch pattern {
    case .wildcard: return
    case .tuple(let patterns, let patternRange):
      let elements = try parts(of: value, count: patterns.count, at: patternRange)
      for (pattern, element) in zip(patterns, elements) {
        try assign(pattern, element, from: range, in: scope)
      }
    case .name(let name):
      if let variable = scope.variable(name.name) {
        guard variable.isVariable else {
          throw failure(.assignmentToConstant(name, declared: variable.range))
        }
        if scope.isOutsideClosure(name.name) { throw failure(.assignmentInClosure(name)) }
        variable.value = value
      } else if let instance = scope.instance, let member = instance.member(name.name) {
        guard case .tensor(let specification) = member, specification.kind == .state else {
          throw failure(.assignmentToMember(name, of: instance))
        }
        try assign(value, toState: specification, of: instance, at: range)
      } else {
        throw failure(.unknownName(name, candidates: scope.names))
      }
    }
  }
}
