/// What can be wrong with the statements of a recipe.
extension Diagnostic {
  static func expectedRecipeStatement(_ found: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "expected-recipe-statement", "expected a statement of a recipe, found \(found)", at: range,
      hint: "a recipe says 'fix', 'target', 'tuning', 'precision', 'quantize', 'prune' and 'keep'")
  }

  static func unknownRecipeOption(_ range: SourceRange, _ options: [String]) -> Diagnostic {
    Diagnostic(
      .error, "unknown-recipe-option", "there is no option '\(range.text)' here", at: range,
      hint: Spelling.hint(for: range.text, in: options)
        ?? "the options are \(options.map { "'\($0)'" }.joined(separator: ", "))")
  }
}
