/// Why a model can't be loaded or run.
public enum RuntimeError: Error, Hashable, Sendable {
  /// The file isn't a library that this system can load.
  case libraryNotLoaded(path: String, reason: String)
  /// The library has no model of this name.
  case modelNotFound(path: String, name: String)
  /// The library has no model, or several of which none was chosen.
  case modelNotChosen(path: String, candidates: [String])
  /// The model is for another version of the runtime, or for another CPU.
  case incompatibleModel(String)
  /// The weights are missing, damaged, or another model's.
  case unusableWeights(path: String, reason: String)
  /// The model has no such entry.
  case entryNotFound(name: String, model: String)
  /// An input, output, state or dimension is missing, unknown, or has the wrong type or shape.
  case wrongArgument(String)
  /// The system has no memory left for this.
  case outOfMemory(String)
}

extension RuntimeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .libraryNotLoaded(let path, let reason): "\(path): can't be loaded: \(reason)"
    case .modelNotFound(let path, let name): "\(path): has no model named '\(name)'"
    case .modelNotChosen(let path, let candidates):
      candidates.isEmpty
        ? "\(path): has no model that dlc made"
        : "\(path): has several models; name one of \(candidates.joined(separator: ", "))"
    case .incompatibleModel(let message), .wrongArgument(let message), .outOfMemory(let message): message
    case .unusableWeights(let path, let reason): "\(path): \(reason)"
    case .entryNotFound(let name, let model): "model '\(model)' has no entry '\(name)'"
    }
  }
}

/// The message that a check written in C leaves when it fails; nil where it succeeds.
func failureMessage(of check: (UnsafeMutablePointer<CChar>, Int) -> Bool) -> String? {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer in
    guard let start = buffer.baseAddress else { return "there is no memory for a message" }
    start.initialize(repeating: 0, count: buffer.count)
    return check(start, buffer.count) ? nil : String(cString: start)
  }
}
