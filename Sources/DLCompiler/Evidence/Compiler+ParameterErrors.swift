import DLGraph
import DLTransforms

extension Compiler {
  /// How much stronger the outputs are than what making a parameter smaller alone adds to them, in decibels, for each
  /// parameter that the recipe sets zeros in or stores in fewer bits; static quantization and removed channels apart.
  ///
  /// Empty without typical inputs.
  public func parameterErrors(_ path: String) throws(CompilerError) -> [String: Double] {
    guard options.calibration != nil else { return [:] }
    let exact = try adding(["keep \"*\""]).folded(path)
    let pruned = try adding(["precision \"*\" f32"]).folded(path)
    let source = try readSource(path)
    let recipe = try adopting(source).elaborate(source).recipe
    guard let calibration = try calibration(for: exact) else { return [:] }
    for (graph, zeroed) in zip(exact.graphs, pruned.graphs) where calibration.batches(for: graph) != nil {
      let errors = try CompilerError.wrapping {
        try ParameterTrial(graph, pruned: zeroed, recipe: recipe, target: target)?.signalToNoise(calibration)
      }
      return errors ?? [:]
    }
    return [:]
  }

  /// The graphs as they are before weights are stored in fewer bits.
  private func folded(_ path: String) throws(CompilerError) -> Module {
    let source = try readSource(path)
    var compiler = try adopting(source)
    compiler.options.lastPass = "fold-packed-constants"
    var module = try compiler.elaborate(source)
    try compiler.bindWeights(&module)
    try compiler.optimize(&module)
    return module
  }

  /// This compiler with more statements in its recipe, and a log of its own.
  public func adding(_ statements: [String]) -> Compiler {
    var options = options
    options.recipeStatements += statements
    return Compiler(options)
  }
}
