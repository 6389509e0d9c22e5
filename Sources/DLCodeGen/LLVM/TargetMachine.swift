internal import CLLVM
import DLLoops

/// Owns LLVM's description of a target.
struct TargetMachine: ~Copyable {
  let machine: LLVMTargetMachineRef

  /// - Throws: `CodeGenError.unknownTarget`.
  init(_ target: TargetDescription) throws(CodeGenError) {
    _ = Self.initialized
    var found: LLVMTargetRef?
    var message: UnsafeMutablePointer<CChar>?
    if LLVMGetTargetFromTriple(target.triple, &found, &message) != 0 {
      throw .unknownTarget(takeMessage(message))
    }
    let machine = LLVMCreateTargetMachine(
      found, target.triple, target.baselineCPU, target.featureString, LLVMCodeGenLevelAggressive,
      LLVMRelocPIC,
      LLVMCodeModelDefault)
    guard let machine else { throw .unknownTarget("\(target.triple) with \(target.featureString)") }
    self.machine = machine
  }

  deinit { LLVMDisposeTargetMachine(machine) }

  /// LLVM's back ends, registered once.
  private static let initialized: Void = {
    LLVMInitializeX86TargetInfo()
    LLVMInitializeX86Target()
    LLVMInitializeX86TargetMC()
    LLVMInitializeX86AsmPrinter()
    LLVMInitializeX86AsmParser()
    LLVMInitializeAArch64TargetInfo()
    LLVMInitializeAArch64Target()
    LLVMInitializeAArch64TargetMC()
    LLVMInitializeAArch64AsmPrinter()
    LLVMInitializeAArch64AsmParser()
  }()

  /// Prepares a module for the target.
  func configure(_ module: borrowing LLVMModule, _ target: TargetDescription) {
    LLVMSetTarget(module.module, target.triple)
    let layout = LLVMCreateTargetDataLayout(machine)
    LLVMSetModuleDataLayout(module.module, layout)
    LLVMDisposeTargetData(layout)
  }

  /// Runs LLVM's optimizations. Loops are vectorized by the kernels themselves.
  func optimize(_ module: borrowing LLVMModule) throws(CodeGenError) {
    let options = LLVMCreatePassBuilderOptions()
    defer { LLVMDisposePassBuilderOptions(options) }
    LLVMPassBuilderOptionsSetLoopVectorization(options, 0)
    LLVMPassBuilderOptionsSetSLPVectorization(options, 0)
    if let error = LLVMRunPasses(module.module, "default<O3>", machine, options) {
      let message = LLVMGetErrorMessage(error)
      defer { LLVMDisposeErrorMessage(message) }
      throw .llvm(message.map { String(cString: $0) } ?? "")
    }
  }

  /// Translates a module into the target's assembly language.
  func assembly(of module: borrowing LLVMModule) throws(CodeGenError) -> String {
    var message: UnsafeMutablePointer<CChar>?
    var buffer: LLVMMemoryBufferRef?
    if LLVMTargetMachineEmitToMemoryBuffer(machine, module.module, LLVMAssemblyFile, &message, &buffer) != 0 {
      throw .llvm(takeMessage(message))
    }
    guard let buffer else { return "" }
    defer { LLVMDisposeMemoryBuffer(buffer) }
    let bytes = UnsafeRawBufferPointer(start: LLVMGetBufferStart(buffer), count: LLVMGetBufferSize(buffer))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Translates a module into an object file.
  func writeObject(of module: borrowing LLVMModule, to path: String) throws(CodeGenError) {
    var message: UnsafeMutablePointer<CChar>?
    if LLVMTargetMachineEmitToFile(machine, module.module, path, LLVMObjectFile, &message) != 0 {
      throw .llvm(takeMessage(message))
    }
  }
}
