import ArgumentParser
import DLCompiler
import DLTransforms

/// The options that say how a model is made smaller: a recipe of the file, and statements like those in recipes.
struct RecipeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The recipe of the file to follow.", valueName: "name"))
  var recipe: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("The type in which parameters are stored.", valueName: "pattern=f32|f16|bf16"))
  var precision: [Assignment] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Parameters to quantize, as in a recipe: '*=i8', '*=i8 dynamic', 'h.*=i4 group 32'.",
      valueName: "pattern=type"))
  var quantize: [Assignment] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Parameters to prune, as in a recipe: 'mlp.*=2:4', '*.weight=50% globally'.", valueName: "pattern=share"
    ))
  var prune: [Assignment] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Parameters that stay as they are, as in a recipe.", valueName: "pattern"))
  var keep: [String] = []

  @Option(
    help:
      "Typical inputs, from which static quantization learns: .npz, .safetensors or .npy, named as the inputs.",
    completion: .file(extensions: ["npz", "safetensors", "npy"]))
  var calibrate: String?

  @Option(help: "The class of each typical input: a file with one tensor of integers.", completion: .file())
  var labels: String?

  @Option(help: "How ranges are found: \(RangeEstimator.names.joined(separator: ", ")).")
  var observer = "mse"

  @Flag(
    name: .customLong("no-bias-correction"),
    help: "Add nothing for what rounding weights takes from the means of layers.")
  var avoidsBiasCorrection = false

  @Option(
    help: ArgumentHelp(
      "Keep the most sensitive layers as they are, so that no more than this share of the typical inputs is lost.",
      valueName: "share"))
  var maxAccuracyDrop: Double?

  @Option(
    name: .customLong("min-snr"),
    help: ArgumentHelp(
      "Keep the most sensitive layers as they are, so that the outputs have this ratio of signal to noise.",
      valueName: "decibels"))
  var leastSignalToNoise: Double?

  func validate() throws {
    if RangeEstimator(observer) == nil {
      throw ValidationError(
        "--observer \(observer): there are \(RangeEstimator.names.joined(separator: ", "))")
    }
    if maxAccuracyDrop != nil, leastSignalToNoise != nil {
      throw ValidationError("--max-accuracy-drop and --min-snr exclude each other")
    }
    if calibrate == nil, maxAccuracyDrop != nil || leastSignalToNoise != nil {
      throw ValidationError("--max-accuracy-drop and --min-snr need --calibrate")
    }
  }

  func apply(to options: inout Compiler.Options) throws {
    options.recipeName = recipe
    options.recipeStatements =
      precision.map { "precision \"\($0.name)\" \($0.value)" }
      + quantize.map { "quantize \"\($0.name)\" to \($0.value)" }
      + prune.map { "prune \"\($0.name)\" to \($0.value)" } + keep.map { "keep \"\($0)\"" }
    guard let calibrate else { return }
    var files = Compiler.CalibrationFiles(inputs: calibrate)
    files.labels = labels
    files.estimator = RangeEstimator(observer) ?? .meanSquareError
    files.correctsBias = !avoidsBiasCorrection
    if let maxAccuracyDrop { files.budget = .accuracyDrop(maxAccuracyDrop) }
    if let leastSignalToNoise { files.budget = .signalToNoise(leastSignalToNoise) }
    options.calibration = files
  }
}
