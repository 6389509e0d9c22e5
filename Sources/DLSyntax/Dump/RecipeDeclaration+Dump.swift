extension TreeDump {
  mutating func add(_ recipe: RecipeDeclaration) {
    documentation(recipe.documentation)
    line("recipe \(recipe.name.name) for \(recipe.model.name)")
    indented { dump in for statement in recipe.statements { dump.line(statement.dump) } }
  }
}

extension RecipeStatement {
  /// The statement as a line.
  var dump: String {
    switch self {
    case .fix(let statement): return "fix \(statement.name.name) \(statement.value.dump)"
    case .target(let statement): return "target \(statement.name.text.debugDescription)"
    case .tuning(let statement): return "tuning \(statement.path.text.debugDescription)"
    case .precision(let statement):
      return "precision \(statement.pattern.text.debugDescription) \(statement.element.name)"
    case .quantize(let statement):
      let options = statement.options.map { " \($0.option)" }.joined()
      return "quantize \(statement.pattern.text.debugDescription) \(statement.element.name)\(options)"
    case .prune(let statement):
      let options = statement.options.map { " \($0.option)" }.joined()
      return "prune \(statement.pattern.text.debugDescription) \(statement.amount)\(options)"
    case .keep(let statement): return "keep \(statement.pattern.text.debugDescription)"
    }
  }
}
