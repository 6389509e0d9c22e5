import ArgumentParser
import DLCompiler
import Foundation

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compiles a model and measures how long a call takes.",
    discussion: "Inputs are zeros. Open dimensions have to be fixed: --fix B=1.")

  @OptionGroup var options: ModelOptions

  @Option(help: "The function of the model to call; the first one by default.")
  var entry: String?

  @Option(help: "The number of threads.")
  var threads = 1

  @Option(help: "The number of calls.")
  var repeats = 20

  func validate() throws {
    guard threads > 0, repeats > 0 else { throw ValidationError("--threads and --repeats must be positive") }
  }

  func run() throws {
    try reportingErrors {
      let progress = Progress()
      defer { progress.finish() }
      progress.show("compiling \(options.model)")
      let report = try Benchmark(
        compiler: Compiler(options.compilerOptions()), entry: entry, threads: threads, repeats: repeats
      ).run(options.model)
      progress.finish()
      print(report)
    }
  }
}
