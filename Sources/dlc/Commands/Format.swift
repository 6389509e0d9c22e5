import ArgumentParser
import DLCompiler
import DLFormats

struct Format: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt",
    abstract: "Formats .dl files in place.",
    discussion: "With --check nothing is written: the exit code is 1 where a file is not formatted.")

  @Argument(help: "The files.", completion: .file(extensions: ["dl"]))
  var files: [String]

  @Flag(help: "Only say which files are not formatted.")
  var check = false

  func run() throws {
    var failed = false
    for path in files {
      do {
        try reportingErrors {
          let source = try Compiler().readSource(path)
          let text = try Compiler().format(source)
          guard text != source.text else { return }
          print(check ? "\(path) is not formatted" : "formatted \(path)")
          if check { failed = true } else { try AtomicFile.write(text, to: path) }
        }
      } catch {
        failed = true
      }
    }
    if failed { throw ExitCode(1) }
  }
}
