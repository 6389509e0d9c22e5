internal import CLLVM
import DLLoops

/// A program as machine code: what the files of an artifact are made from.
public final class CompiledModel {
  public let name: String
  private let module: LLVMModule
  private let machine: TargetMachine
  let program: Program
  let weights: WeightSummary
  /// Kept until the object file, into which the assembler copies the bytes, is written.
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

  /// The code as LLVM assembly.
  public var llvmText: String { module.text }

  /// The code in the target's assembly language.
  ///
  /// - Throws: `CodeGenError.llvm`.
  public func assembly() throws(CodeGenError) -> String {
    String(decoding: try machine.emit(module, .assembly), as: UTF8.self)
  }

  /// The bytes of an object file.
  ///
  /// - Throws: `CodeGenError.llvm`.
  public func object() throws(CodeGenError) -> [UInt8] { try machine.emit(module, .object) }
}

extension CompiledModel {
  /// Whether the code refers to a blob of weights that has to be written beside it.
  public var needsWeightFile: Bool { weights.byteCount > 0 && !weights.isEmbedded }

  /// The bytes of workspace that a call of any entry needs.
  public var workspaceByteCount: Int { program.functions.map(\.workspaceByteCount).max() ?? 0 }
}
