import DLSyntax

/// Why a compilation failed, for a person.
public enum CompilerError: Error, Sendable {
  /// Mistakes in the source.
  case diagnostics(DiagnosticSet)
  /// Anything else: files, weights, options, the linker.
  case failure(String)

  /// The whole message. Ends without a line break.
  public var message: String {
    switch self {
    case .diagnostics(let set): set.rendered()
    case .failure(let message): "error: \(message)"
    }
  }

  /// A file of examples has nothing for a model with such functions.
  static func noExamples(_ path: String, for signatures: [String]) -> CompilerError {
    .failure("'\(path)' has no tensors for the inputs of the model: \(signatures.joined(separator: "; "))")
  }

  /// Calls `body`, whose errors describe themselves.
  static func wrapping<Result>(_ body: () throws -> Result) throws(CompilerError) -> Result {
    do {
      return try body()
    } catch let error as CompilerError {
      throw error
    } catch {
      throw .failure("\(error)")
    }
  }
}
