import CDLRuntime

/// Where the weights of a model are.
public enum Weights: Hashable, Sendable {
  /// In the model, or in a `.dlw` file beside its library: with the library's name or the model's.
  case automatic
  /// In a `.dlw` file.
  case file(String)
  /// Nowhere: the model can be looked at, but calls are refused where it has weights.
  case absent
}

/// Weights that fit the model.
struct WeightBlob: Sendable {
  nonisolated(unsafe) let start: UnsafeRawPointer?
  private let file: MappedFile?

  /// Weights of this size or less are always checked against their checksum: larger ones would slow the start.
  static let alwaysVerifiedByteCount = 64 << 20

  /// Finds and checks the weights of a model that was loaded from the library at `libraryPath`.
  init(
    _ weights: Weights, of model: UnsafePointer<dlc_model>, libraryPath: String?, verify: Bool
  ) throws(RuntimeError) {
    let name = String(cString: model.pointee.name)
    if weights == .absent {
      start = nil
      file = nil
      return
    }
    guard case .file(let path) = weights else {
      guard model.pointee.weights_size > 0 && model.pointee.weights == nil else {
        start = model.pointee.weights
        file = nil
        return
      }
      let places = WeightBlob.places(library: libraryPath, model: name)
      guard let found = places.first(where: MappedFile.exists) else {
        let reason = "there are no weights of model '\(name)' here: give their file"
        throw .unusableWeights(path: places.first ?? name + ".dlw", reason: reason)
      }
      self = try WeightBlob(.file(found), of: model, libraryPath: nil, verify: verify)
      return
    }
    let mapped = try MappedFile(path: path)
    let bytes = mapped.bytes
    let size = MemoryLayout<dlc_weights_header>.size
    let headerFailure = failureMessage {
      dlc_weights_check_header(model, bytes.baseAddress, bytes.count, UInt64(bytes.count), $0, $1)
    }
    if let headerFailure { throw .unusableWeights(path: path, reason: headerFailure) }
    let data = bytes.baseAddress?.advanced(by: size)
    if verify || model.pointee.weights_size <= WeightBlob.alwaysVerifiedByteCount {
      let dataFailure = failureMessage { dlc_weights_check_data(model, data, $0, $1) }
      if let dataFailure { throw .unusableWeights(path: path, reason: dataFailure) }
    }
    start = data
    file = mapped
  }

  /// The paths where the weights may be, the likeliest first.
  private static func places(library: String?, model: String) -> [String] {
    guard let library else { return [] }
    let (folder, file) = splitPath(library)
    let stem = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    return ["\(folder)\(stem).dlw", "\(folder)\(model).dlw"]
  }
}

/// The folder of a path, with the slash at its end, and the name of the file.
func splitPath(_ path: String) -> (folder: String, file: String) {
  guard let slash = path.lastIndex(of: "/") else { return ("", path) }
  return (String(path[...slash]), String(path[path.index(after: slash)...]))
}
