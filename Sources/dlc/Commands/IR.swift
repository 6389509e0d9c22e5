import ArgumentParser
import DLCompiler

struct IR: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ir",
    abstract: "Prints a model in one of the forms that it takes on its way to machine code.",
    discussion: """
      The stages: ast, graph (after the passes, or after one of them), loops, llvm, asm.
      """)

  enum Stage: String, ExpressibleByArgument, CaseIterable { case ast, graph, loops, llvm, asm }

  @OptionGroup var options: ModelOptions

  @Option(help: "Which form: \(Stage.allCases.map(\.rawValue).joined(separator: ", ")).")
  var stage = Stage.graph

  @Option(
    help: ArgumentHelp("The graph after this pass; 'none' is the graph as it was written.", valueName: "pass")
  )
  var after: String?

  @Flag(help: "The graph after every pass.")
  var afterAll = false

  @Flag(help: "Show where in the source each node comes from.")
  var sites = false

  func run() throws {
    try reportingErrors {
      let showsSites = sites
      var compiler = Compiler(try options.compilerOptions())
      if afterAll {
        compiler.observer = { pass, module in
          print("// after \(pass)\n\(module.text(showingSites: showsSites))")
        }
      }
      let source = try compiler.readSource(options.model)
      if stage == .ast {
        print(try compiler.parse(source).dump)
        return
      }
      var module = try compiler.elaborate(source)
      if stage == .graph, after == "none" {
        print(module.text(showingSites: sites))
        return
      }
      try compiler.bindWeights(&module)
      if stage == .graph { compiler.options.lastPass = after }
      try compiler.optimize(&module)
      if stage == .graph {
        if !afterAll { print(module.text(showingSites: sites)) }
        return
      }
      let program = try compiler.lower(module)
      if stage == .loops {
        print(program)
        return
      }
      let model = try compiler.generate(program, from: source)
      print(stage == .llvm ? model.llvmText : try model.assembly())
    }
  }
}
