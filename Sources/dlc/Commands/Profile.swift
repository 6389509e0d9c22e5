import ArgumentParser
import DLCompiler
import Foundation

struct Profile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compiles a model and shows where the time of a call goes.",
    discussion: """
      For each part of the model that became one kernel: the line of the source, the layer, the time and how near that is
      to what the machine can do. Inputs are zeros. Open dimensions have to be fixed: --fix B=1.
      """)

  @OptionGroup var options: ModelOptions

  @Option(help: "The function of the model to call; the first one by default.")
  var entry: String?

  @Option(help: "The number of threads.")
  var threads = 1

  @Option(help: "The number of calls.")
  var repeats = 20

  @Option(help: "The number of lines to show; 0 for all.")
  var top = 30

  @Option(help: "Also write the last call as a trace for chrome://tracing or Perfetto.", completion: .file())
  var trace: String?

  func validate() throws {
    guard threads > 0, repeats > 0 else { throw ValidationError("--threads and --repeats must be positive") }
    guard top >= 0 else { throw ValidationError("--top must not be negative") }
  }

  func run() throws {
    try reportingErrors {
      let progress = Progress()
      defer { progress.finish() }
      progress.show("compiling \(options.model)")
      var compilerOptions = try options.compilerOptions()
      compilerOptions.reportsLaunches = true
      let profiler = Profiler(
        compiler: Compiler(compilerOptions), entry: entry, threads: threads, repeats: repeats)
      let profile = try profiler.run(options.model)
      progress.show("measuring the machine")
      let table = ProfileTable(profile, peak: try MachinePeak(threads: threads), top: top)
      progress.finish()
      print(table)
      if let trace { try ChromeTrace(profile).write(to: trace) }
    }
  }
}
