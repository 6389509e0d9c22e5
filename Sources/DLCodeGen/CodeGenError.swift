/// Why code could not be generated, linked or written.
public enum CodeGenError: Error, Hashable, Sendable {
  /// A triple, CPU or feature that LLVM does not know.
  case unknownTarget(String)
  /// LLVM refused its input or failed to write code; a bug of this compiler.
  case llvm(String)
  /// A kernel or program that breaks the rules of the loop IR; a bug of this compiler.
  case invalidProgram(String)
  /// No C compiler to link with was found under any of the names tried.
  case missingLinker([String])
  /// The C compiler failed, with what it printed.
  case linkerFailed(command: String, output: String)
  /// A file or folder could not be read or written.
  case file(String)
}

extension CodeGenError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownTarget(let message): "unknown target: \(message)"
    case .llvm(let message): "internal error in code generation: \(message)"
    case .invalidProgram(let message): "internal error: \(message)"
    case .missingLinker(let names):
      "missing linker: none of \(names.joined(separator: ", ")) is on the PATH; install a C compiler or set CC"
    case .linkerFailed(let command, let output): "linking failed: \(command)\n\(output)"
    case .file(let message): message
    }
  }
}
