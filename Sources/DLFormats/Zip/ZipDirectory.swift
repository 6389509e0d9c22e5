/// Where the directory of a zip archive is.
struct ZipDirectory {
  let count: Int
  let bytes: Range<Int>

  /// Finds the end record, which only a comment may follow.
  init(_ bytes: UnsafeRawBufferPointer) throws(ContentError) {
    let last = bytes.count - ZipArchive.endSize
    let first = max(0, last - Int(UInt16.max))
    let found = last < 0 ? nil : (first...last).last { Self.isEnd(bytes, at: $0) }
    guard let found else { throw ContentError("the zip archive is cut off: it has no end record") }
    var count = UInt64(bytes.integer(at: found + 10, as: UInt16.self))
    var size = UInt64(bytes.integer(at: found + 12, as: UInt32.self))
    var start = UInt64(bytes.integer(at: found + 16, as: UInt32.self))
    var end = found
    if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
      end = try Self.wideEnd(bytes, before: found)
      count = bytes.integer(at: end + 32, as: UInt64.self)
      size = bytes.integer(at: end + 40, as: UInt64.self)
      start = bytes.integer(at: end + 48, as: UInt64.self)
    }
    guard size <= UInt64(end), start <= UInt64(end) - size, count <= size / UInt64(ZipArchive.centralSize)
    else {
      throw ContentError("the zip directory does not lie in the file")
    }
    self.count = Int(count)
    self.bytes = Int(start)..<Int(start + size)
  }

  private static func isEnd(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
    bytes.integer(at: offset, as: UInt32.self) == ZipArchive.endSignature
      && Int(bytes.integer(at: offset + 20, as: UInt16.self)) == bytes.count - offset - ZipArchive.endSize
  }

  /// The offset of the end record with 64-bit fields, which a locator before the other end record names.
  private static func wideEnd(_ bytes: UnsafeRawBufferPointer, before end: Int) throws(ContentError) -> Int {
    let locator = end - 20
    guard locator >= 56, bytes.integer(at: locator, as: UInt32.self) == 0x0706_4B50 else {
      throw ContentError("the zip archive has no 64-bit end record")
    }
    let offset = bytes.integer(at: locator + 8, as: UInt64.self)
    guard offset <= UInt64(locator - 56), bytes.integer(at: Int(offset), as: UInt32.self) == 0x0606_4B50
    else {
      throw ContentError("the zip archive has no 64-bit end record")
    }
    return Int(offset)
  }
}

/// What the directory of a zip archive says of a file.
struct ZipDirectoryEntry {
  let localOffset: Int
  /// The offset behind the entry.
  let end: Int
  private let nameBytes: [UInt8]
  private let flags: UInt16
  private let method: UInt16
  private let checksum: UInt32
  private let compressedSize: Int
  private let size: Int

  init(_ bytes: UnsafeRawBufferPointer, at offset: Int, end limit: Int) throws(ContentError) {
    let headerEnd = offset + ZipArchive.centralSize
    guard headerEnd <= limit, bytes.integer(at: offset, as: UInt32.self) == ZipArchive.centralSignature else {
      throw ContentError("the zip directory is damaged")
    }
    let nameEnd = headerEnd + Int(bytes.integer(at: offset + 28, as: UInt16.self))
    let extraEnd = nameEnd + Int(bytes.integer(at: offset + 30, as: UInt16.self))
    end = extraEnd + Int(bytes.integer(at: offset + 32, as: UInt16.self))
    guard end <= limit else { throw ContentError("the zip directory is damaged") }
    nameBytes = Array(bytes[headerEnd..<nameEnd])
    flags = bytes.integer(at: offset + 8, as: UInt16.self)
    method = bytes.integer(at: offset + 10, as: UInt16.self)
    checksum = bytes.integer(at: offset + 16, as: UInt32.self)
    var wide = ZipWideFields(UnsafeRawBufferPointer(rebasing: bytes[nameEnd..<extraEnd]))
    // The order of the fields in the extra record is fixed.
    size = try wide.value(for: bytes.integer(at: offset + 24, as: UInt32.self))
    compressedSize = try wide.value(for: bytes.integer(at: offset + 20, as: UInt32.self))
    localOffset = try wide.value(for: bytes.integer(at: offset + 42, as: UInt32.self))
  }

  /// The place of the data, which follows a second header.
  func dataRange(in bytes: UnsafeRawBufferPointer, end limit: Int) throws(ContentError) -> Range<Int> {
    guard localOffset <= limit - ZipArchive.localSize,
      bytes.integer(at: localOffset, as: UInt32.self) == ZipArchive.localSignature
    else { throw ContentError("a member of the zip archive does not lie in the file") }
    let nameStart = localOffset + ZipArchive.localSize
    let nameEnd = nameStart + Int(bytes.integer(at: localOffset + 26, as: UInt16.self))
    let start = nameEnd + Int(bytes.integer(at: localOffset + 28, as: UInt16.self))
    guard start <= limit, compressedSize <= limit - start else {
      throw ContentError("a member of the zip archive does not lie in the file")
    }
    guard bytes[nameStart..<nameEnd].elementsEqual(nameBytes) else {
      throw ContentError("the zip directory and a member disagree on its name")
    }
    return start..<start + compressedSize
  }

  func member(_ data: Range<Int>) throws(ContentError) -> ZipMember {
    guard let name = String(validating: nameBytes, as: UTF8.self) else {
      throw ContentError("the name of a member of the zip archive is not UTF-8")
    }
    if flags & 1 != 0 { throw ContentError("'\(name)' is encrypted") }
    let method: ZipMember.Method
    switch self.method {
    case 0: method = .stored
    case 8: method = .deflated
    default: throw ContentError("'\(name)' is compressed with the unknown method \(self.method)")
    }
    if method == .stored, size != compressedSize {
      throw ContentError("'\(name)' is stored, but its sizes differ: \(compressedSize) and \(size)")
    }
    return ZipMember(name: name, method: method, data: data, size: size, checksum: checksum)
  }
}

/// The 64-bit values that stand for 32-bit fields of all ones.
private struct ZipWideFields {
  private var rest: Slice<UnsafeRawBufferPointer>

  /// Finds the record of such values among the extra records of an entry.
  init(_ extra: UnsafeRawBufferPointer) {
    var offset = 0
    rest = extra[0..<0]
    while offset + 4 <= extra.count {
      let size = Int(extra.integer(at: offset + 2, as: UInt16.self))
      guard size <= extra.count - offset - 4 else { return }
      if extra.integer(at: offset, as: UInt16.self) == 1 {
        rest = extra[offset + 4..<offset + 4 + size]
        return
      }
      offset += 4 + size
    }
  }

  /// The value of a field: its own, or the next wide one where it is all ones.
  mutating func value(for field: UInt32) throws(ContentError) -> Int {
    if field != .max { return Int(field) }
    guard rest.count >= 8,
      let value = Int(
        exactly: UnsafeRawBufferPointer(rebasing: rest.prefix(8)).integer(at: 0, as: UInt64.self))
    else { throw ContentError("a 64-bit size is missing in the zip directory") }
    rest = rest.dropFirst(8)
    return value
  }
}
