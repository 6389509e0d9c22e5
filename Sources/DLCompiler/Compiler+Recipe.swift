import DLElaboration
import DLFormats
import DLGraph
import DLLoops
import DLSyntax
import DLTransforms
import Foundation

extension Compiler {
  /// This compiler with the target and the tuning database that the chosen recipe of a source names, where the options
  /// name none.
  public func adopting(_ source: SourceFile) throws(CompilerError) -> Compiler {
    var compiler = self
    let statements = try chosenStatements(of: source)
    if options.target == nil {
      for case .target(let statement) in statements {
        guard let target = TargetDescription.named(statement.name.text) else {
          var diagnostics = DiagnosticSet()
          diagnostics.insert(.unknownTarget(statement.name))
          throw .diagnostics(diagnostics)
        }
        compiler.options.target = target
      }
    }
    if options.tuning == nil, let path = try tuningDatabase(of: source) {
      compiler.options.tuning = try TuningDatabase(path: path)
    }
    return compiler
  }

  /// The path of the tuning database that the chosen recipe of a source names, relative to the source; nil where there is
  /// none.
  public func tuningDatabase(of source: SourceFile) throws(CompilerError) -> String? {
    for case .tuning(let statement) in try chosenStatements(of: source) {
      let folder = URL(fileURLWithPath: source.name).deletingLastPathComponent()
      return URL(fileURLWithPath: statement.path.text, relativeTo: folder).path
    }
    return nil
  }

  private func chosenStatements(of source: SourceFile) throws(CompilerError) -> [RecipeStatement] {
    guard let name = options.recipeName else { return [] }
    for case .recipe(let recipe) in try parse(source).declarations where recipe.name.name == name {
      return recipe.statements
    }
    return []
  }

  /// The statements of the options, as those of a recipe.
  func recipeStatements() throws(CompilerError) -> [RecipeStatement] {
    if options.recipeStatements.isEmpty { return [] }
    let text = (["recipe options for model {"] + options.recipeStatements + ["}"]).joined(separator: "\n")
    for case .recipe(let recipe) in try parse(SourceFile(name: "options", text: text)).declarations {
      return recipe.statements
    }
    return []
  }

  /// The typical inputs; nil where the options name none.
  func calibration(for module: Module) throws(CompilerError) -> Calibration? {
    guard let files = options.calibration else {
      if module.recipe.needsCalibration {
        throw .failure(
          "the recipe quantizes what the weights are multiplied with, for which typical inputs are needed: "
            + "pass --calibrate FILE, or write 'dynamic' or 'weights only'")
      }
      return nil
    }
    if files.budget != .none, !files.measuresBudget, !module.recipe.needsCalibration, !module.recipe.isEmpty {
      throw .failure("by itself static quantization alone keeps to a limit on the loss: pass --measure too")
    }
    let tensors = try Self.examples(in: files.inputs, for: module.tensorInputs)
    let labels = try files.labels.map { (path) throws(CompilerError) in try Self.labels(in: path) }
    if case .accuracyDrop = files.budget, labels == nil {
      throw .failure("a limit on the loss of accuracy needs the classes of the examples: pass --labels FILE")
    }
    var calibration = Calibration(
      tensors: tensors, labels: labels, estimator: files.estimator, budget: files.budget)
    calibration.executor = NativeExecutor()
    calibration.correctsBias = files.correctsBias
    calibration.reportsEachProduct = files.reportsEachProduct
    guard module.graphs.contains(where: { calibration.batches(for: $0)?.isEmpty == false }) else {
      throw .noExamples(files.inputs, for: module.signatures)
    }
    return calibration
  }

  /// The tensors of a file by the names of inputs. A single tensor is that of a single input.
  static func examples(in path: String, for inputs: Set<String>) throws(CompilerError) -> [String: Literal] {
    let file = try CompilerError.wrapping { try TensorFile.open(path) }
    if let input = inputs.first, inputs.count == 1, file.entries.count == 1 {
      return [input: file.entries[0].literal]
    }
    return Dictionary(uniqueKeysWithValues: file.entries.map { ($0.name, $0.literal) })
  }

  /// The classes of a file with one tensor of integers.
  public static func labels(in path: String) throws(CompilerError) -> [Int] {
    let file = try CompilerError.wrapping { try TensorFile.open(path) }
    guard let literal = file.entries.first?.literal, file.entries.count == 1, literal.shape.count == 1 else {
      throw .failure("'\(path)' must hold one tensor with the class of each example")
    }
    switch literal.elementType {
    case .i64: return literal.elements(as: Int64.self).map { Int($0) }
    case .i32: return literal.elements(as: Int32.self).map { Int($0) }
    case .u8: return literal.elements(as: UInt8.self).map { Int($0) }
    default: throw .failure("the classes in '\(path)' must be i64, i32 or u8, not \(literal.elementType)")
    }
  }
}

extension Diagnostic {
  fileprivate static func unknownTarget(_ name: SourceText) -> Diagnostic {
    let names = ["host"] + TargetDescription.names
    return Diagnostic(
      .error, "unknown-target", "there is no target CPU '\(name.text)'", at: name.range,
      hint: Spelling.hint(for: name.text, in: names) ?? "known are \(names.joined(separator: ", "))")
  }
}
