import DLGraph

extension Safetensors {
  /// Writes a file whose bytes depend on the arguments alone.
  ///
  /// The tensors are ordered by descending element size, then name, and the data begins at a multiple of 64, so that
  /// every tensor is aligned and can be used where it is mapped.
  static func write(
    _ entries: [TensorFile.Entry], metadata: [String: String], to path: String
  ) throws(FormatError) {
    let ordered = entries.sorted {
      let (a, b) = ($0.literal.elementType.byteCount, $1.literal.elementType.byteCount)
      return a != b ? a > b : $0.name < $1.name
    }
    let file = try AtomicFile(path)
    try file.write(header(of: ordered, metadata: metadata, path))
    for entry in ordered {
      try entry.literal.withUnsafeBytes { (bytes) throws(FormatError) in try file.write(bytes) }
    }
    try file.commit()
  }

  private static func header(
    of entries: [TensorFile.Entry], metadata: [String: String], _ path: String
  ) throws(FormatError) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let notes = metadata.sorted { $0.key < $1.key }.map { "\($0.key.asJSON):\($0.value.asJSON)" }
      members.append("\"\(metadataKey)\":{\(notes.joined(separator: ","))}")
    }
    var offset = 0
    for entry in entries {
      if entry.name == metadataKey {
        throw FormatError(.content, path: path, tensor: entry.name, message: "the format reserves the name")
      }
      let end = offset + entry.literal.byteCount
      let shape = entry.literal.shape.map(String.init).joined(separator: ",")
      let type = elementTypes.first { $0.value == entry.literal.elementType }?.key ?? ""
      members.append(
        "\(entry.name.asJSON):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
      )
      offset = end
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    while (text.count + 8) % 64 != 0 { text.append(UInt8(ascii: " ")) }
    var header: [UInt8] = []
    header.append(littleEndian: UInt64(text.count))
    return header + text
  }
}
