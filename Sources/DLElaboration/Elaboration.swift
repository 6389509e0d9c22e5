import DLGraph
import DLSyntax

/// Turns a parsed file into graphs: one for each function of its model.
public enum Elaboration {
  /// What is decided outside the source.
  public struct Options: Sendable {
    /// Hyperparameters of the model that replace the defaults.
    public var hyperparameters: [String: HyperparameterValue]
    /// Open dimensions that are fixed, by name.
    public var fixed: [String: Int]
    /// The model to elaborate, where the file has several.
    public var modelName: String?
    /// The recipe to follow.
    public var recipeName: String?
    /// More statements, after those of the recipe.
    public var statements: [RecipeStatement]

    public init(
      hyperparameters: [String: HyperparameterValue] = [:], fixed: [String: Int] = [:],
      modelName: String? = nil, recipeName: String? = nil, statements: [RecipeStatement] = []
    ) {
      self.hyperparameters = hyperparameters
      self.fixed = fixed
      self.modelName = modelName
      self.recipeName = recipeName
      self.statements = statements
    }
  }

  /// Elaborates the model of a file.
  ///
  /// - Requires: the unit was parsed without errors.
  /// - Returns: the module, and all that is wrong or doubtful. The module is nil where there is an error.
  public static func elaborate(
    _ unit: SourceUnit, options: Options = Options(), loader: ImportLoader = .library
  ) -> (module: Module?, diagnostics: DiagnosticSet) {
    DeepStack.run {
      let elaborator = Elaborator(unit, options: options, loader: loader)
      let module = elaborator.elaborateModel()
      return (elaborator.diagnostics.hasErrors ? nil : module, elaborator.diagnostics)
    }
  }
}
