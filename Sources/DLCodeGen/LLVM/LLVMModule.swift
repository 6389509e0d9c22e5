internal import CLLVM

typealias IRValue = LLVMValueRef
typealias IRType = LLVMTypeRef
typealias IRBlock = LLVMBasicBlockRef

/// Owns an LLVM context with one module and a builder. Used by one thread at a time.
struct LLVMModule: ~Copyable {
  let context: LLVMContextRef
  let module: LLVMModuleRef
  let builder: LLVMBuilderRef

  init(name: String) {
    context = LLVMContextCreate()
    module = LLVMModuleCreateWithNameInContext(name, context)
    builder = LLVMCreateBuilderInContext(context)
  }

  deinit {
    LLVMDisposeBuilder(builder)
    LLVMDisposeModule(module)
    LLVMContextDispose(context)
  }

  /// The module as LLVM assembly.
  var text: String { takeMessage(LLVMPrintModuleToString(module)) }

  /// Checks the module.
  ///
  /// - Throws: `CodeGenError.llvm` with the verifier's message.
  func verify() throws(CodeGenError) {
    var message: UnsafeMutablePointer<CChar>?
    let failed = LLVMVerifyModule(module, LLVMReturnStatusAction, &message) != 0
    let text = takeMessage(message)
    if failed { throw .llvm(text) }
  }
}

/// The Swift string of a message that LLVM allocated, which is freed.
func takeMessage(_ message: UnsafeMutablePointer<CChar>?) -> String {
  guard let message else { return "" }
  defer { LLVMDisposeMessage(message) }
  return String(cString: message)
}
