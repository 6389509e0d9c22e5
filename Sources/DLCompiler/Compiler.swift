import DLCodeGen
import DLElaboration
import DLFormats
import DLGraph
import DLLoops
import DLLowering
import DLOperations
import DLSyntax
import DLTransforms
import Foundation

/// Compiles a model: from a `.dl` file to machine code, or to any form in between.
public struct Compiler: Sendable {
  public var options: Options
  /// Called after every pass with its name and the module as it is then.
  public var observer: (@Sendable (_ pass: String, _ module: Module) throws -> Void)?
  /// What was done to make the model smaller.
  public let log = CompressionLog()
  /// What the stages of `compile` and `build` took.
  public let stages = StageLog()

  public init(
    _ options: Options = Options(),
    observer: (@Sendable (_ pass: String, _ module: Module) throws -> Void)? = nil
  ) {
    self.options = options
    self.observer = observer
  }

  /// The whole way: source, graphs, optimized graphs, loops, machine code.
  public func compile(_ path: String) throws(CompilerError) -> CompiledModel {
    let source = try readSource(path)
    let compiler = try adopting(source)
    var module = try stages.measure("elaborate") { () throws(CompilerError) in try compiler.elaborate(source)
    }
    try stages.measure("bind weights") { () throws(CompilerError) in try compiler.bindWeights(&module) }
    try stages.measure("optimize") { () throws(CompilerError) in try compiler.optimize(&module) }
    let program = try stages.measure("lower") { () throws(CompilerError) in try compiler.lower(module) }
    return try stages.measure("generate code") { () throws(CompilerError) in
      try compiler.generate(program, from: source)
    }
  }

  /// Compiles a model and writes its files.
  ///
  /// - Parameter output: see `Artifact.write`; by default the current folder, or for a program or text a file named
  ///   after the model.
  public func build(
    _ path: String, kind: Artifact.Kind, output: String? = nil, embedsWeights: Bool = false
  ) throws(CompilerError) -> Artifact {
    var compiler = self
    compiler.options.embedsWeights = embedsWeights
    let model = try compiler.compile(path)
    return try stages.measure("write") { () throws(CompilerError) in
      try CompilerError.wrapping {
        try Artifact.write(model, kind: kind, to: output ?? kind.defaultOutput(for: model.name))
      }
    }
  }

  // MARK: Stages

  /// The text of a `.dl` file.
  public func readSource(_ path: String) throws(CompilerError) -> SourceFile {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .failure("cannot read '\(path)': \(String(cString: strerror(errno)))")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw .failure("'\(path)' is not UTF-8 text")
    }
    return SourceFile(name: path, text: text)
  }

  /// The text, formatted.
  public func format(_ source: SourceFile) throws(CompilerError) -> String {
    _ = try parse(source)
    return try CompilerError.wrapping { try Formatter.format(source) }
  }

  /// The syntax tree.
  public func parse(_ source: SourceFile) throws(CompilerError) -> SourceUnit {
    let (unit, diagnostics) = Parser.parse(source)
    if diagnostics.hasErrors { throw .diagnostics(diagnostics) }
    return unit
  }

  /// The model as graphs, with parameters still open.
  public func elaborate(_ source: SourceFile) throws(CompilerError) -> Module {
    let folder = source.name.parentFolder
    let (module, diagnostics) = Elaboration.elaborate(
      try parse(source),
      options: Elaboration.Options(
        hyperparameters: options.hyperparameters, fixed: options.fixed, modelName: options.modelName,
        recipeName: options.recipeName, statements: try recipeStatements()),
      loader: .library(andFilesIn: folder.isEmpty ? "." : folder))
    guard let module, !diagnostics.hasErrors else { throw .diagnostics(diagnostics) }
    return module
  }

  /// Gives the parameters their values.
  public func bindWeights(_ module: inout Module) throws(CompilerError) {
    switch options.weights {
    case .file(let path):
      try CompilerError.wrapping {
        log.add(try module.bind(.file(TensorFile.open(path), names: options.weightNames)))
      }
    case .random(let seed):
      _ = try CompilerError.wrapping { try module.bind(.random(seed: seed)) }
    case nil:
      let parameters = module.parameters
      if let first = parameters.first {
        throw .failure(
          "model '\(module.name)' has \(parameters.count) parameters ('\(first.name)': \(first.type), …) and no weights "
            + "were given: pass --weights FILE, or --random-weights SEED to try it without")
      }
    }
  }

  /// Runs the passes.
  public func optimize(_ module: inout Module) throws(CompilerError) { try optimize(&module, midway: nil) }

  /// Runs the passes.
  ///
  /// - Parameter midway: is called after the passes that decide which numbers are computed, and before those that gather
  ///   them into kernels. Where it is nil, `Options.lastPass` counts.
  func optimize(
    _ module: inout Module, midway: ((inout Module) throws(CompilerError) -> Void)?
  ) throws(CompilerError) {
    if !options.optimizes, !module.recipe.isEmpty {
      throw .failure("a recipe needs the passes that --unoptimized leaves out")
    }
    let passes = options.optimizes ? Pipeline.standard : Pipeline.unoptimized
    let names = ["prune", "store-weights"] + passes.map(\.name)
    if let last = options.lastPass, !names.contains(last) {
      let guess = Spelling.hint(for: last, in: names).map { "; \($0)" } ?? ""
      throw .failure("there is no pass '\(last)'\(guess)")
    }
    try prune(&module)
    if options.lastPass == "prune" { return }
    try storeWeights(&module)
    if options.lastPass == "store-weights" { return }
    var manager = PassManager(
      passes: passes, context: try context(for: module), lastPass: options.lastPass, observer: observer)
    if let midway {
      let last = passes.firstIndex { $0 is WeightCompression }
      manager.passes = last.map { Array(passes[...$0]) } ?? []
      try CompilerError.wrapping { try manager.run(on: &module) }
      try midway(&module)
      manager.passes = last.map { Array(passes[($0 + 1)...]) } ?? passes
    }
    try CompilerError.wrapping { try manager.run(on: &module) }
  }

  /// Prunes the weights, before all passes.
  private func prune(_ module: inout Module) throws(CompilerError) {
    try CompilerError.wrapping {
      let records = try module.prune()
      if records.isEmpty { return }
      log.add(records)
      try observer?("prune", module)
    }
  }

  /// Stores matrices in few bits, before all passes.
  private func storeWeights(_ module: inout Module) throws(CompilerError) {
    try CompilerError.wrapping {
      let records = try module.storeWeights()
      if records.isEmpty { return }
      log.add(records)
      try observer?("store-weights", module)
    }
  }

  /// What the passes may know.
  private func context(for module: Module) throws(CompilerError) -> PassContext {
    var context = PassContext(
      target: target, recipe: module.recipe, calibration: try calibration(for: module), log: log)
    context.arithmetic = options.arithmetic
    return context
  }

  /// The machine that is compiled for.
  public var target: TargetDescription { options.target ?? .host }

  /// What the options say of kernels.
  var loweringOptions: LoweringOptions {
    var lowering = LoweringOptions()
    lowering.usesWinograd = options.usesWinograd
    if let database = options.tuning { lowering.tuning = database.table(for: target) }
    return lowering
  }

  /// The model as loops.
  public func lower(_ module: Module) throws(CompilerError) -> Program {
    return try CompilerError.wrapping {
      try Program(lowering: module, for: target, options: loweringOptions)
    }
  }

  /// The model as machine code.
  public func generate(_ program: Program, from source: SourceFile) throws(CompilerError) -> CompiledModel {
    var generation = CodeGenerator.Options()
    generation.description = ModelDescription(
      compiler: Self.version, source: Self.checksum(of: source), recipe: options.recipe)
    generation.embedsWeights = options.embedsWeights
    generation.reportsLaunches = options.reportsLaunches
    return try CompilerError.wrapping {
      try CodeGenerator(target: target).emit(program, options: generation)
    }
  }
}
