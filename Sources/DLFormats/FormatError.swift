/// A file can't be read or written, or holds something else than it should.
public struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// The system refuses to read the file.
    case unreadable
    /// The system refuses to write the file.
    case unwritable
    /// The content of the file is wrong, or can't be expressed in its format.
    case content
  }

  public let kind: Kind
  /// The file as the caller named it.
  public let path: String
  /// The tensor that is at fault; nil where it is the file as a whole.
  public let tensor: String?
  /// What was expected and what was found, or the system's reason.
  public let message: String

  public init(_ kind: Kind, path: String, tensor: String? = nil, message: String) {
    self.kind = kind
    self.path = path
    self.tensor = tensor
    self.message = message
  }

  /// For example `cannot write 'out/model.o': Permission denied` or
  /// `model.safetensors: tensor 'fc.weight': the shape [10, 4] of f32 needs 160 bytes, but the file gives it 80`.
  public var description: String {
    switch kind {
    case .unreadable: "cannot read '\(path)': \(message)"
    case .unwritable: "cannot write '\(path)': \(message)"
    case .content: tensor.map { "\(path): tensor '\($0)': \(message)" } ?? "\(path): \(message)"
    }
  }
}

/// What is wrong with some content, before it is known in which file it stands.
struct ContentError: Error {
  let message: String

  init(_ message: String) { self.message = message }

  func inFile(_ path: String, tensor: String? = nil) -> FormatError {
    FormatError(.content, path: path, tensor: tensor, message: message)
  }
}
