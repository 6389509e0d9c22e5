import ArgumentParser
import DLCompiler

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Looks for mistakes in a model, and shows its entry points.",
    discussion: "With --weights it also checks that the file fits the model.")

  @OptionGroup var options: ModelOptions

  func run() throws {
    try reportingErrors {
      let compiler = Compiler(try options.compilerOptions())
      var module = try compiler.elaborate(compiler.readSource(options.model))
      let parameters = module.parameters
      if compiler.options.weights != nil { try compiler.bindWeights(&module) }
      print("model \(module.name): \(parameters.count) parameter tensors")
      for line in module.signatures { print("  \(line)") }
    }
  }
}
