import DLGraph
import DLSyntax

extension Elaborator {
  /// The recipe that the options choose; nil where they choose none.
  func chosenRecipe() throws -> RecipeDeclaration? {
    guard let name = options.recipeName else { return nil }
    guard let recipe = recipes.first(where: { $0.name.name == name }) else {
      throw failure(.unknownRecipe(name, candidates: recipes.map(\.name.name), in: unit.file))
    }
    return recipe
  }

  private var recipes: [RecipeDeclaration] {
    unit.declarations.compactMap { if case .recipe(let recipe) = $0 { recipe } else { nil } }
  }

  /// Fixes the dimensions that a recipe fixes, unless the options do so.
  func fixDimensions(by recipe: RecipeDeclaration, in file: FileScope) throws {
    for statement in recipe.statements {
      guard case .fix(let fix) = statement, options.fixed[fix.name.name] == nil else { continue }
      guard let value = try integer(fix.value, in: Scope(file: file, instance: nil)).constantValue else {
        throw failure(.openFixedValue(fix.value.range))
      }
      options.fixed[fix.name.name] = value
      recipeFixes[fix.name.name] = fix.name.range
    }
  }

  /// The steps of the chosen recipe, and then those of the options, for the parameters of a model.
  ///
  /// The other recipes for the model are checked too, unless hyperparameters are set, on which its parameters may
  /// depend.
  func recipe(
    _ chosen: RecipeDeclaration?, for model: LayerDeclaration, parameters: [String]
  ) throws -> Recipe {
    let models = Set(unit.declarations.compactMap(\.modelName))
    for recipe in recipes {
      if !models.contains(recipe.model.name) { report(.unknownRecipeModel(recipe.model, candidates: models)) }
      guard recipe.model.name == model.name.name, recipe.name.name != chosen?.name.name else { continue }
      _ = steps(recipe.statements, options.hyperparameters.isEmpty ? parameters : nil)
      for case .fix(let fix) in recipe.statements where !symbolNames.contains(fix.name.name) {
        report(.unknownSymbol(fix.name.name, candidates: symbolNames, of: model, at: fix.name.range))
      }
    }
    return Recipe(steps: steps((chosen?.statements ?? []) + options.statements, parameters))
  }

  /// The steps of statements; what is wrong with one is reported, and it is left out.
  ///
  /// - Parameter parameters: the paths of which each pattern must match one; nil where they are not known.
  private func steps(_ statements: [RecipeStatement], _ parameters: [String]?) -> [Recipe.Step] {
    statements.compactMap { statement in
      do {
        switch statement {
        case .fix, .target, .tuning: return nil
        case .precision(let statement):
          return Recipe.Step(
            pattern: try pattern(statement.pattern, parameters),
            action: .precision(try storageType(statement.element)))
        case .quantize(let statement):
          return Recipe.Step(
            pattern: try pattern(statement.pattern, parameters), action: .quantize(try scheme(statement)))
        case .prune(let statement):
          return Recipe.Step(
            pattern: try pattern(statement.pattern, parameters), action: try pruning(statement))
        case .keep(let statement):
          return Recipe.Step(pattern: try pattern(statement.pattern, parameters), action: .keep)
        }
      } catch {
        return nil
      }
    }
  }

  private func pattern(_ source: SourceText, _ parameters: [String]?) throws -> PathPattern {
    guard let pattern = PathPattern(source.text) else { throw failure(.invalidPattern(source)) }
    guard let parameters else { return pattern }
    let unmatched = pattern.alternatives.filter { alternative in
      !parameters.contains { PathPattern.matches(alternative, $0) }
    }
    if let first = unmatched.first {
      throw failure(.patternWithoutMatch(source, alternative: first, parameters: parameters))
    }
    return pattern
  }

  private func storageType(_ name: Identifier) throws -> ElementType {
    guard let type = ElementType(rawValue: name.name), type.isFloatingPoint, type != .f64 else {
      throw failure(.unknownPrecision(name))
    }
    return type
  }

  private func scheme(_ statement: QuantizeStatement) throws -> QuantizationScheme {
    guard let bits = ["i8": 8, "i4": 4][statement.element.name] else {
      throw failure(.unknownQuantization(statement.element))
    }
    var scheme = QuantizationScheme(
      bits: bits, granularity: .channel, mode: bits == 8 ? .static : .weightsOnly)
    for (option, range) in statement.options {
      switch option {
      case .perChannel: scheme.granularity = .channel
      case .perTensor: scheme.granularity = .tensor
      case .group(let count):
        guard (2...4096).contains(count), count % 2 == 0 else {
          throw failure(.invalidGroup(count, at: range))
        }
        scheme.granularity = .group(count)
        if scheme.mode == .static { scheme.mode = .weightsOnly }
      case .dynamic: scheme.mode = .dynamic
      case .weightsOnly: scheme.mode = .weightsOnly
      }
    }
    let words = statement.options.map(\.option)
    let granularities = words.filter { $0 != .dynamic && $0 != .weightsOnly }
    let isContradictory =
      granularities.count > 1 || words.contains(.dynamic) && words.contains(.weightsOnly)
    if isContradictory { throw failure(.contradictoryOptions(statement.range)) }
    return scheme
  }
}

extension Declaration {
  fileprivate var modelName: String? {
    if case .layer(let layer) = self, layer.kind == .model { layer.name.name } else { nil }
  }
}
