/// Writes a zip archive of stored members, the data of each aligned to 64 bytes.
///
/// Like all outputs, the archive depends on its content alone: the members carry no time.
struct ZipWriter: ~Copyable {
  private let file: AtomicFile
  private var offset = 0
  private var directory: [UInt8] = []
  private var memberCount = 0

  /// The first day that the format can express.
  private static let date: UInt32 = 0x0021_0000
  /// The kind of an extra record that only takes up space.
  private static let paddingKind: UInt16 = 0xD935

  init(_ path: String) throws(FormatError) { file = try AtomicFile(path) }

  /// Adds a file whose content is a header and a body.
  mutating func append(
    _ name: String, header: [UInt8], body: UnsafeRawBufferPointer
  ) throws(FormatError) {
    var crc = CRC32()
    header.withUnsafeBytes { crc.update($0) }
    crc.update(body)
    let nameBytes = Array(name.utf8)
    let start = offset
    let padding = paddingRecord(dataOffset: start + ZipArchive.localSize + nameBytes.count)

    // What the local header and the directory have in common.
    var fields: [UInt8] = []
    fields.append(littleEndian: UInt16(20))  // the version needed to read
    fields.append(littleEndian: UInt16(1 << 11))  // names are UTF-8
    fields.append(littleEndian: UInt16(0))  // stored
    fields.append(littleEndian: Self.date)
    fields.append(littleEndian: crc.checksum)
    let size = try narrow(header.count + body.count, UInt32.self)
    fields.append(littleEndian: size)
    fields.append(littleEndian: size)
    fields.append(littleEndian: try narrow(nameBytes.count, UInt16.self))

    var local: [UInt8] = []
    local.append(littleEndian: ZipArchive.localSignature)
    local += fields
    local.append(littleEndian: UInt16(padding.count))
    try emit(local + nameBytes + padding + header)
    try file.write(body)
    offset += body.count

    directory.append(littleEndian: ZipArchive.centralSignature)
    directory.append(littleEndian: UInt16(20))  // the version that wrote it
    directory += fields
    for _ in 0..<4 { directory.append(littleEndian: UInt16(0)) }  // no extra, comment, disk, attributes
    directory.append(littleEndian: UInt32(0))  // no attributes of a system
    directory.append(littleEndian: try narrow(start, UInt32.self))
    directory += nameBytes
    memberCount += 1
  }

  /// Writes the directory and puts the archive in its place.
  consuming func commit() throws(FormatError) {
    let start = offset
    try emit(directory)
    var end: [UInt8] = []
    end.append(littleEndian: ZipArchive.endSignature)
    end.append(littleEndian: UInt32(0))  // one disk
    let count = try narrow(memberCount, UInt16.self)
    end.append(littleEndian: count)
    end.append(littleEndian: count)
    end.append(littleEndian: try narrow(directory.count, UInt32.self))
    end.append(littleEndian: try narrow(start, UInt32.self))
    end.append(littleEndian: UInt16(0))  // no comment
    try emit(end)
    try file.commit()
  }

  private mutating func emit(_ bytes: [UInt8]) throws(FormatError) {
    try file.write(bytes)
    offset += bytes.count
  }

  /// An extra record that moves data to the next multiple of 64.
  private func paddingRecord(dataOffset: Int) -> [UInt8] {
    let headerSize = 4
    let size = (64 - (dataOffset + headerSize) % 64) % 64
    var record: [UInt8] = []
    record.append(littleEndian: Self.paddingKind)
    record.append(littleEndian: UInt16(size))
    return record + [UInt8](repeating: 0, count: size)
  }

  private func narrow<T: FixedWidthInteger>(_ value: Int, _ type: T.Type) throws(FormatError) -> T {
    // A value of all ones would announce 64-bit fields.
    guard let narrow = T(exactly: value), narrow != .max else {
      let message = "the archive would be too large for the zip format: use safetensors"
      throw FormatError(.content, path: file.path, message: message)
    }
    return narrow
  }
}
