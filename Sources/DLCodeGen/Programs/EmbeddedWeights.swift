internal import CLLVM

/// Room for the weights in a read-only section of the code. The bytes are put in when the object file is written, so that
/// they may be of any size and never pass through LLVM.
struct EmbeddedWeights {
  /// The symbol of the first byte.
  let name: String
  let blob: WeightBlob

  /// The section, which holds nothing else.
  var section: String { ".rodata.\(name)" }

  /// Adds the section to a module for ELF.
  func add(to module: borrowing LLVMModule) {
    let text = """
      .section \(section),"a",@progbits
      .balign 64
      .hidden \(name)
      .globl \(name)
      .type \(name),@object
      \(name):
      .zero \(blob.byteCount)
      .size \(name), .-\(name)
      .text

      """
    LLVMSetModuleInlineAsm2(module.module, text, text.utf8.count)
  }
}
