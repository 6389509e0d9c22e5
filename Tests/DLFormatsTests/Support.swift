import DLFormats
import DLGraph
import Foundation

/// The path of a file under `Resources`.
func resource(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Resources/\(name)").path
}

/// Calls `body` with the path of an empty folder that is removed afterwards.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dlc-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// Opens a file of the given bytes.
func open(_ bytes: [UInt8], _ name: String = "x.safetensors") throws -> TensorFile {
  try withTemporaryFolder { folder in
    let path = "\(folder)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try TensorFile.open(path)
  }
}

/// The message, without the file, with which opening a file of the given bytes fails; nil where it doesn't.
func rejection(_ bytes: [UInt8], _ name: String = "x.safetensors") throws -> String? {
  do {
    _ = try open(bytes, name)
    return nil
  } catch let error as FormatError {
    return error.tensor.map { "\($0): \(error.message)" } ?? error.message
  }
}

/// A safetensors file of a header and data.
func safetensors(_ header: String, data: [UInt8] = []) -> [UInt8] {
  withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8) + data
}

/// Tensors of every element type, some of them empty or scalar.
func sampleEntries(without excluded: Set<ElementType> = []) -> [TensorFile.Entry] {
  var entries: [TensorFile.Entry] = []
  for type in ElementType.allCases where !excluded.contains(type) {
    for shape in [[], [0, 3], [5], [2, 3]] {
      let literal = Literal(type, shape: shape) { bytes in
        for index in bytes.indices { bytes[index] = type == .bool ? UInt8(index % 2) : UInt8(index % 64) }
      }
      entries.append(TensorFile.Entry(name: "\(type).\(shape.count).\(shape.first ?? 1)", literal: literal))
    }
  }
  return entries
}
