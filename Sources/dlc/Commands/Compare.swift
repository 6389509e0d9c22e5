import ArgumentParser
import DLCompiler
import DLRuntime
import Foundation

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares what two builds of a model compute, layer by layer.",
    discussion: """
      With one model, what the recipe makes of it is compared with the model as it is written; where the recipe needs \
      typical inputs and --calibrate names none, it learns from the same. With two, which may also be libraries that were \
      built before, the second is compared with the first; of a library only the outputs can be seen.

        dlc compare digits.dl --weights digits.safetensors --quantize '*=i8' --data images.npy --labels labels.npy
        dlc compare digits.so digits-small.so --data images.npy --measure
        dlc compare digits.dl digits.so --weights digits.safetensors --evaluator --data images.npy
      """)

  @OptionGroup var options: ModelOptions

  @Argument(
    help:
      "What is compared with the first model: another .dl file, with the same options, or a library (.so).",
    completion: .file(extensions: ["dl", "so"]))
  var other: String?

  @Option(help: "The inputs: .npz, .safetensors or .npy, named as the inputs.", completion: .file())
  var data: String

  @Option(
    help: ArgumentHelp(
      "The recipe of what is compared with, instead of the model as it is written.", valueName: "recipe"))
  var against: String?

  @Flag(help: "Compute the first model with the reference evaluator: slow, and in the order of the source.")
  var evaluator = false

  @Flag(help: "Compare sizes too, and the times of calls on one thread.")
  var measure = false

  func validate() throws {
    if other != nil, against != nil {
      throw ValidationError("--against names a recipe of one model: it can't be used with two")
    }
    if other == nil, options.model.isLibrary {
      throw ValidationError("what is the library '\(options.model)' to be compared with?")
    }
    if evaluator, options.model.isLibrary {
      throw ValidationError("--evaluator: '\(options.model)' is a library, of which the graph is not known")
    }
  }

  func run() throws {
    try reportingErrors {
      let progress = Progress()
      defer { progress.finish() }
      progress.show("running both")
      let builds = try builds()
      let comparison = try Comparison(
        of: builds.first, with: builds.second, examples: data, labels: options.recipe.labels)
      progress.finish()
      print(Self.table(comparison.layers + [comparison.outputs]))
      print("the same choice: \(comparison.agreementCount) of \(comparison.rowCount)")
      if let hits = comparison.hits {
        print("right: \(hits.first) and \(hits.second) of \(comparison.exampleCount)")
      }
      guard measure else { return }
      progress.show("measuring")
      let inputs = comparison.firstBatch.map(Tensor.init)
      let measured = try [builds.first, builds.second].map { try MeasuredBuild($0, inputs: inputs) }
      let times = try MeasuredBuild.times(of: measured)
      let sizes = measured.map(\.byteCounts)
      progress.finish()
      print("bytes of weights: \(sizes[0].weights) and \(sizes[1].weights)")
      print("bytes of the library: \(sizes[0].library) and \(sizes[1].library)")
      print(
        "a call with \(inputs.first?.shape.first ?? 1) examples takes: \(times[0].inMicroseconds) and \(times[1].inMicroseconds)"
      )
    }
  }

  private func builds() throws -> (first: ComparedBuild, second: ComparedBuild) {
    var options = try options.compilerOptions()
    if options.calibration == nil { options.calibration = Compiler.CalibrationFiles(inputs: data) }
    let compiler = Compiler(options)
    if let other {
      return (build(self.options.model, compiler, isReference: evaluator), build(other, compiler))
    }
    options.recipeName = against
    options.recipeStatements = []
    return (
      build(self.options.model, Compiler(options), isReference: evaluator),
      build(self.options.model, compiler)
    )
  }

  private func build(_ path: String, _ compiler: Compiler, isReference: Bool = false) -> ComparedBuild {
    if path.isLibrary { return .library(path: path) }
    return isReference ? .evaluated(compiler, path: path) : .compiled(compiler, path: path)
  }

  private static func table(_ layers: [Comparison.Layer]) -> String {
    var rows = [["layer", "line", "signal to noise", "greatest error"]]
    for layer in layers {
      let ratio =
        layer.signalToNoise == .infinity ? "equal" : String(format: "%.1f dB", layer.signalToNoise)
      let error = String(format: "%.3g", layer.greatestError)
      rows.append([layer.path.isEmpty ? "(model)" : layer.path, layer.place, ratio, error])
    }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, text in
        let blanks = String(repeating: " ", count: widths[column] - text.count)
        return column < 2 ? text + blanks : blanks + text
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}

extension String {
  fileprivate var isLibrary: Bool { hasSuffix(".so") || hasSuffix(".dylib") }
}

extension Duration {
  fileprivate var inMicroseconds: String { String(format: "%.1f µs", 1e6 * (self / .seconds(1))) }
}

extension MeasuredBuild {
  fileprivate convenience init(_ build: ComparedBuild, inputs: [Tensor]) throws {
    switch build {
    case .compiled(let compiler, let path, _), .evaluated(let compiler, let path):
      try self.init(compiler, path, inputs: inputs)
    case .library(let path): try self.init(library: path, inputs: inputs)
    }
  }
}
