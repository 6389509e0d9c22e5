import ArgumentParser
import DLCompiler

struct PrintReference: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference",
    abstract: "Prints what there is: the functions and layers of the language, the operations, or the passes."
  )

  @Argument(help: "Which: \(Reference.allCases.map(\.rawValue).joined(separator: ", ")).")
  var page: Reference

  func run() { print(page.text, terminator: "") }
}

extension Reference: ExpressibleByArgument {}
