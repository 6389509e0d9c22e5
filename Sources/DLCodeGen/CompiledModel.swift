internal import CLLVM
import DLFormats
import DLLoops

/// A program as machine code: what the files of an artifact are made from.
public final class CompiledModel {
  public let name: String
  private let module: LLVMModule
  private let machine: TargetMachine
  let program: Program
  let weights: WeightSummary
  /// What the object file has room for.
  private let embeddedWeights: EmbeddedWeights?

  init(
    module: consuming LLVMModule, machine: consuming TargetMachine, program: Program, weights: WeightSummary,
    embeddedWeights: EmbeddedWeights?
  ) {
    name = program.name
    self.embeddedWeights = embeddedWeights
    self.module = module
    self.machine = machine
    self.program = program
    self.weights = weights
  }

  /// The code as LLVM assembly, with zeros in place of embedded weights.
  public var llvmText: String { module.text }

  /// The code in the target's assembly language, with zeros in place of embedded weights.
  ///
  /// - Throws: `CodeGenError.llvm`.
  public func assembly() throws(CodeGenError) -> String {
    try machine.assembly(of: module)
  }

  /// The object file.
  ///
  /// - Throws: `CodeGenError.llvm`, or `.file` where temporary files can't be written.
  func object() throws(CodeGenError) -> ObjectFile {
    let folder = try TemporaryFolder()
    let path = folder.file("code.o")
    try machine.writeObject(of: module, to: path)
    let code: MappedFile
    do { code = try MappedFile(path) } catch { throw .file(error.description) }
    withExtendedLifetime(folder) {}
    return try ObjectFile(code, embeddedWeights)
  }
}

extension CompiledModel {
  /// Whether the code refers to a blob of weights that has to be written beside it.
  public var needsWeightFile: Bool { weights.byteCount > 0 && !weights.isEmbedded }

  /// The bytes of workspace that a call of any entry needs.
  public var workspaceByteCount: Int { program.functions.map(\.workspaceByteCount).max() ?? 0 }

  /// What no plan of the workspace could go below.
  public var leastWorkspaceByteCount: Int { program.functions.map(\.leastWorkspaceByteCount).max() ?? 0 }

  /// What no plan of the workspace of one entry could go below.
  public func leastWorkspaceByteCount(of entry: String) -> Int {
    program.functions.first { $0.name == entry }?.leastWorkspaceByteCount ?? 0
  }
}
