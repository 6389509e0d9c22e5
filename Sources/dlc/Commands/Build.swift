import ArgumentParser
import DLCompiler
import Foundation

struct Build: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compiles a model into an object file, a library or a program.",
    discussion: """
      Beside obj, static and shared it writes C headers, a Swift interface (NAME.swift, for use with DLRuntime; -I the
      folder to link the model), and the weights as a .dlw file unless --embed-weights.
      With exe the output is a program; try it with --help.
      """)

  @OptionGroup var options: ModelOptions

  @Option(help: "What to make: \(Artifact.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
  var emit = Artifact.Kind.obj

  @Option(
    name: [.short, .long],
    help: "The file, or for obj, static and shared the folder, to write. By default the current folder.")
  var output: String?

  @Flag(help: "Put the weights into the code instead of a file beside it.")
  var embedWeights = false

  @Flag(
    help: """
      Measure which ways to compute the kernels are the fastest on this machine, and keep the choices in the tuning \
      database: by default the model's file name with '.tuning.json'.
      """)
  var tune = false

  @Flag(
    help: """
      Make parameters smaller only where that is measured to make the model faster on this machine, and keep what was \
      decided in the record: by default the model's file name with '.record.json'.
      """)
  var measure = false

  @Option(
    help: "Decide as this record of an earlier build with --measure says.",
    completion: .file(extensions: ["json"]))
  var record: String?

  @Flag(name: .shortAndLong, help: "Say what was made, and what time and memory the stages took.")
  var verbose = false

  func run() throws {
    try reportingErrors {
      let progress = Progress()
      defer { progress.finish() }
      progress.show("compiling \(options.model)")
      let clock = ContinuousClock()
      let start = clock.now
      var compiler = Compiler(try options.compilerOptions(mayLackDatabase: tune))
      if tune { try tuneKernels(&compiler, progress) }
      compiler.options.calibration?.measuresBudget = measure || record != nil
      if measure {
        try decide(&compiler, progress)
      } else if let record {
        let source = try compiler.readSource(options.model)
        compiler.options.recipeStatements += try EvidenceRecord(path: record, for: compiler, source)
          .statements
      }
      let artifact = try compiler.build(
        options.model, kind: emit, output: output, embedsWeights: embedWeights)
      progress.finish()
      for line in compiler.log.table { print(line) }
      guard verbose else { return }
      for line in compiler.stages.table { print(line) }
      for file in artifact.files { print("\(file.path)  \(file.byteCount) bytes") }
      print(
        "workspace \(artifact.workspaceByteCount) bytes, of which \(artifact.leastWorkspaceByteCount) are in use at "
          + "one time; compiled in \(clock.now - start)")
    }
  }

  /// Measures what the recipe does, and lets the compiler do what was decided.
  private func decide(_ compiler: inout Compiler, _ progress: Progress) throws {
    guard options.targetCPU == nil else {
      throw ValidationError("--measure measures on this machine: it can't be used with --target-cpu")
    }
    let evidence = try RecipeTrial(compiler: compiler, path: options.model).run { progress.show($0) }
    progress.finish()
    for line in evidence.table { print(line) }
    try evidence.write(to: record ?? options.model + ".record.json")
    compiler.options.recipeStatements += evidence.statements
  }

  /// Measures what the database has no choice for, and gives the compiler all choices.
  private func tuneKernels(_ compiler: inout Compiler, _ progress: Progress) throws {
    guard options.targetCPU == nil else {
      throw ValidationError("--tune measures on this machine: it can't be used with --target-cpu")
    }
    let source = try compiler.readSource(options.model)
    let path =
      try options.tuningDatabase ?? compiler.tuningDatabase(of: source) ?? options.model + ".tuning.json"
    var database = compiler.options.tuning ?? TuningDatabase()
    if options.tuningDatabase == nil, FileManager.default.fileExists(atPath: path) {
      database = try TuningDatabase(path: path)
    }
    compiler.options.tuning = database
    try Tuner(compiler: compiler).tune(options.model, &database) { advance, choices in
      try choices.write(to: path)
      progress.log("\(advance)")
    }
    try database.write(to: path)
    compiler.options.tuning = database
  }
}

extension Artifact.Kind: ExpressibleByArgument {}
