internal import CLLVM
import DLFormats

/// Weights as a read-only section of the code. The assembler copies them from a temporary file, so that they may be of any
/// size and never pass through the optimizer.
struct EmbeddedWeights {
  /// The symbol of the first byte.
  let name: String
  private let folder: TemporaryFolder

  /// - Throws: `CodeGenError.file`.
  init(_ blob: WeightBlob, name: String) throws(CodeGenError) {
    self.name = name
    folder = try TemporaryFolder()
    do {
      let file = try AtomicFile(path)
      try blob.forEachPart { bytes throws(FormatError) in try file.write(bytes) }
      try file.commit()
    } catch {
      throw .file(error.description)
    }
  }

  private var path: String { folder.file("weights") }

  /// Adds the section to a module for ELF.
  func add(to module: borrowing LLVMModule) {
    let text = """
      .section .rodata.\(name),"a",@progbits
      .balign 64
      .hidden \(name)
      .globl \(name)
      .type \(name),@object
      \(name):
      .incbin "\(path)"
      .size \(name), .-\(name)
      .text

      """
    LLVMSetModuleInlineAsm2(module.module, text, text.utf8.count)
  }
}
