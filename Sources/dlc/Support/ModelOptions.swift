import ArgumentParser
import DLCompiler
import Foundation

/// The options that say which model is compiled, and how.
struct ModelOptions: ParsableArguments {
  @Argument(help: "The .dl file.", completion: .file(extensions: ["dl"]))
  var model: String

  @Option(name: .customLong("model"), help: "Which model of the file; needed where it has several.")
  var modelName: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("A hyperparameter of the model instead of its default.", valueName: "name=value"))
  var hyperparameters: [Assignment] = []

  @Option(
    name: .customLong("fix"), parsing: .singleValue,
    help: ArgumentHelp("The value of a dimension that the model leaves open.", valueName: "name=value"))
  var fixed: [Assignment] = []

  @Option(
    help: "The weights: .safetensors, .gguf, .npz, .npy or the index of a sharded checkpoint.",
    completion: .file(extensions: ["safetensors", "npz", "npy", "json"]))
  var weights: String?

  @Option(
    help: "A table of names, for weights whose names are not the model's; a line is 'transformer.* -> *'.",
    completion: .file())
  var weightNames: String?

  @Option(help: ArgumentHelp("Random weights, to try a model without its own.", valueName: "seed"))
  var randomWeights: UInt64?

  @Option(
    help: """
      The CPU to compile for: host, or one of \(Compiler.targetNames.joined(separator: ", ")). By default the one that \
      the recipe names, or host.
      """)
  var targetCPU: String?

  @OptionGroup(title: "Recipe") var recipe: RecipeOptions

  @Option(
    help: "The type of the factors of products with weights: f32, or bf16 with sums in f32.",
    completion: .list(["f32", "bf16"]))
  var arithmetic = "f32"

  @Flag(name: .customLong("unoptimized"), help: "Run no optimization passes.")
  var isUnoptimized = false

  @Flag(
    name: .customLong("no-winograd"),
    help: "Compute every convolution directly: slower, with a smaller rounding error.")
  var avoidsWinograd = false

  @Option(
    help: "Measured choices for the kernels, as written by 'dlc build --tune'.",
    completion: .file(extensions: ["json"]))
  var tuningDatabase: String?

  func validate() throws {
    if weights != nil, randomWeights != nil {
      throw ValidationError("--weights and --random-weights exclude each other")
    }
    if weightNames != nil, weights == nil { throw ValidationError("--weight-names needs --weights") }
    if !["f32", "bf16"].contains(arithmetic) {
      throw ValidationError("--arithmetic \(arithmetic): it is f32 or bf16")
    }
    for assignment in fixed where Int(assignment.value) == nil {
      throw ValidationError("--fix \(assignment.name)=\(assignment.value): the value must be an integer")
    }
  }

  /// The options of the compiler.
  ///
  /// - Parameter mayLackDatabase: whether the tuning database is yet to be written.
  func compilerOptions(mayLackDatabase: Bool = false) throws -> Compiler.Options {
    var options = Compiler.Options()
    options.modelName = modelName
    for assignment in hyperparameters {
      options.set(assignment.name, to: assignment.value)
    }
    for assignment in fixed { options.fixed[assignment.name] = Int(assignment.value) }
    if let weights { options.weights = .file(weights) }
    if let weightNames { try options.setWeightNames(fromFile: weightNames) }
    if let randomWeights { options.weights = .random(seed: randomWeights) }
    options.arithmetic = arithmetic == "bf16" ? .bf16 : .f32
    if let targetCPU { try options.setTarget(targetCPU) }
    try recipe.apply(to: &options)
    options.optimizes = !isUnoptimized
    options.usesWinograd = !avoidsWinograd
    if let tuningDatabase, FileManager.default.fileExists(atPath: tuningDatabase) || !mayLackDatabase {
      options.tuning = try TuningDatabase(path: tuningDatabase)
    }
    return options
  }
}

/// `name=value` on the command line.
struct Assignment: ExpressibleByArgument {
  let name: String
  let value: String

  init?(argument: String) {
    guard let separator = argument.firstIndex(of: "="), separator != argument.startIndex else { return nil }
    name = String(argument[..<separator])
    value = String(argument[argument.index(after: separator)...])
  }
}
