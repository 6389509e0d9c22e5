import ArgumentParser
import DLCompiler
import Foundation

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compiles a model and runs it once.",
    discussion: """
      What follows '--' goes to the compiled program, which takes inputs as name=file:

        dlc run digits.dl --weights digits.safetensors -- image=digit-3.png --top 3
        dlc run digits.dl --random-weights 1 -- --help
      """)

  @OptionGroup var options: ModelOptions

  @Argument(parsing: .postTerminator, help: "What the program gets: inputs as name=file, and options.")
  var arguments: [String] = []

  func run() throws {
    try reportingErrors {
      let folder = try TemporaryDirectory()
      defer { withExtendedLifetime(folder) {} }
      let program = folder.path + "/program"
      let progress = Progress()
      progress.show("compiling \(options.model)")
      defer { progress.finish() }
      _ = try Compiler(options.compilerOptions()).build(options.model, kind: .exe, output: program)
      progress.finish()
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      try process.run()
      process.waitUntilExit()
      if process.terminationStatus != 0 { throw ExitCode(process.terminationStatus) }
    }
  }
}
