import ArgumentParser
import DLCompiler
import DLGraph

struct IR: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ir",
    abstract: "Prints a model in one of the forms that it takes on its way to machine code.",
    discussion: """
      The stages: ast, graph (after the passes, or after one of them), loops, llvm, asm. A graph can also be drawn:
      --format dot for Graphviz, --format svg where Graphviz is installed.
      """)

  enum Stage: String, ExpressibleByArgument, CaseIterable { case ast, graph, loops, llvm, asm }
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, dot, svg }

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

  @Option(help: "How a graph is shown: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format = Format.text

  @Option(help: "In a drawing: the function of the model; the first one by default.")
  var entry: String?

  @Option(
    help: ArgumentHelp(
      "In a drawing: make one box of every layer at this depth; 1 for the model's own layers."))
  var depth: Int?

  func validate() throws {
    if let depth, depth < 1 { throw ValidationError("--depth must be positive") }
    if format != .text, stage != .graph || afterAll {
      throw ValidationError(
        "--format \(format.rawValue) shows one graph: it goes with neither --stage nor --after-all")
    }
    if format == .text, entry != nil || depth != nil {
      throw ValidationError("--entry and --depth need --format dot or svg")
    }
  }

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
      compiler = try compiler.adopting(source)
      if stage == .ast {
        print(try compiler.parse(source).dump)
        return
      }
      var module = try compiler.elaborate(source)
      if stage == .graph, after == "none" {
        try show(module)
        return
      }
      try compiler.bindWeights(&module)
      if stage == .graph { compiler.options.lastPass = after }
      try compiler.optimize(&module)
      if stage == .graph {
        if !afterAll { try show(module) }
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

  private func show(_ module: Module) throws {
    switch format {
    case .text: print(module.text(showingSites: sites))
    case .dot: print(try module.drawing(of: entry, depth: depth))
    case .svg: print(try module.picture(of: entry, depth: depth))
    }
  }
}
