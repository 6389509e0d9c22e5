import DLSyntax

extension Statement {
  /// The names that the statement assigns, in order, without those it declares itself for an inner block.
  var assignedNames: [String] {
    switch self {
    case .assignment(let statement): statement.pattern.names.map(\.name)
    case .forLoop(let statement): statement.body.statements.assignedNames
    case .whileLoop(let statement): statement.body.statements.assignedNames
    case .conditional(let statement):
      statement.branches.flatMap { $0.body.statements.assignedNames }
        + (statement.otherwise?.statements.assignedNames ?? [])
    case .binding(let statement): statement.value.assignedNames
    case .expression(let expression): expression.assignedNames
    case .returning(let expression, _), .yielding(let expression, _): expression.assignedNames
    }
  }
}

extension [Statement] {
  /// The names that the statements assign but don't declare, each once, in order.
  var assignedNames: [String] {
    var declared: Set<String> = []
    var found: [String] = []
    for statement in self {
      for name in statement.assignedNames where !declared.contains(name) && !found.contains(name) {
        found.append(name)
      }
      if case .binding(let statement) = statement { declared.formUnion(statement.pattern.names.map(\.name)) }
    }
    return found
  }
}

extension Expression {
  /// The names that scans at the top of an expression assign.
  var assignedNames: [String] {
    if case .scan(let scan) = self { scan.body.statements.assignedNames } else { [] }
  }
}
