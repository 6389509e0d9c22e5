import ArgumentParser
import DLCompiler
import Foundation

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares a model made smaller with the model as it is written, layer by layer.",
    discussion: """
      Both run on the same inputs in the reference interpreter. Where the recipe needs typical inputs and --calibrate \
      names none, it learns from the same.

        dlc compare digits.dl --weights digits.safetensors --quantize '*=i8' --data images.npy --labels labels.npy
      """)

  @OptionGroup var options: ModelOptions

  @Option(help: "The inputs: .npz, .safetensors or .npy, named as the inputs.", completion: .file())
  var data: String

  @Option(
    help: ArgumentHelp("Another recipe to compare with, instead of the model as it is.", valueName: "recipe"))
  var against: String?

  @Flag(
    help: "Build both too, and compare their sizes and the times of calls. Open dimensions have to be fixed.")
  var measure = false

  func run() throws {
    try reportingErrors {
      let progress = Progress()
      defer { progress.finish() }
      progress.show("evaluating \(options.model)")
      let (first, second) = try compilers()
      let comparison = try first.compare(
        with: second, options.model, examples: data, labels: options.recipe.labels)
      progress.finish()
      print(Self.table(comparison.layers + [comparison.outputs]))
      print("the greatest output is the same for \(comparison.agreementCount) of \(comparison.exampleCount)")
      if let hits = comparison.hits {
        print("right: \(hits.first) and \(hits.second) of \(comparison.exampleCount)")
      }
      guard measure else { return }
      let builds = try [first, second].map { try MeasuredBuild($0, options.model) }
      let times = try MeasuredBuild.times(of: builds)
      print("bytes of weights: \(builds[0].weightByteCount) and \(builds[1].weightByteCount)")
      print("a call takes: \(times[0]) and \(times[1])")
    }
  }

  /// The build to compare with, and the one to compare.
  private func compilers() throws -> (Compiler, Compiler) {
    var second = try options.compilerOptions()
    var first = second
    first.recipeName = against
    first.recipeStatements = []
    let calibration = second.calibration ?? Compiler.CalibrationFiles(inputs: data)
    second.calibration = calibration
    first.calibration = calibration
    return (Compiler(first), Compiler(second))
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
