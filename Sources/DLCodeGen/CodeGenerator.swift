internal import CLLVM
import DLLoops

/// Translates programs into machine code for one target.
public struct CodeGenerator: Sendable {
  public let target: TargetDescription

  /// What may be chosen about the code.
  public struct Options: Hashable, Sendable {
    public var description = ModelDescription(compiler: "dlc", source: "", recipe: "")
    /// Whether the weights become a part of the code; otherwise they stand in a file beside it.
    public var embedsWeights = false
    /// False leaves the code as it was written, for people to read.
    public var optimizes = true
    /// Whether the code tells an observer when it has run a kernel: see `CompiledModel.launches`.
    public var reportsLaunches = false

    public init() {}
  }

  public init(target: TargetDescription) { self.target = target }

  /// Translates a program.
  ///
  /// - Throws: `CodeGenError.unknownTarget`, `.invalidProgram`, or `.llvm`.
  public func emit(_ program: Program, options: Options = Options()) throws(CodeGenError) -> CompiledModel {
    try checked(program)
    let module = LLVMModule(name: program.name)
    let machine = try TargetMachine(target)
    machine.configure(module, target)
    let blob = WeightBlob(program.weights)
    let summary = WeightSummary(
      byteCount: program.weights.byteCount, checksum: blob.checksum, isEmbedded: options.embedsWeights)
    let weights = options.embedsWeights ? EmbeddedWeights(name: "\(program.name)_weights", blob: blob) : nil
    weights?.add(to: module)
    let emitter = ProgramEmitter(
      program, IRBuilder(module, target: target), reportsLaunches: options.reportsLaunches)
    emitter.emit(options.description, weights: summary)
    try module.verify()
    if options.optimizes { try machine.optimize(module) }
    return CompiledModel(
      module: module, machine: machine, program: program, weights: summary, embeddedWeights: weights)
  }

  private func checked(_ program: Program) throws(CodeGenError) {
    for kernel in program.kernels {
      if let problem = kernel.problems.first {
        throw .invalidProgram("kernel \(kernel.name): \(problem)")
      }
    }
  }
}
