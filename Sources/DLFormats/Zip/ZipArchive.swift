import DLGraph

/// A file in a zip archive.
struct ZipMember {
  enum Method { case stored, deflated }

  let name: String
  let method: Method
  /// The place of the data, compressed or not, in the archive.
  let data: Range<Int>
  /// The size of the content.
  let size: Int
  /// The CRC-32 of the content.
  let checksum: UInt32

  func checkSum(of content: UnsafeRawBufferPointer) throws(ContentError) {
    if CRC32.checksum(content) != checksum {
      throw ContentError("the content is damaged: its CRC-32 is wrong")
    }
  }

  /// The decompressed content.
  func inflated(from archive: UnsafeRawBufferPointer) throws(ContentError) -> LiteralStorage {
    // Deflate can't do better than 258 bytes for 2 bits: no need to believe, and allocate, more.
    guard size / 1032 <= data.count else {
      throw ContentError("\(data.count) compressed bytes can't hold \(size)")
    }
    let content = LiteralStorage(zeroed: size)
    var inflater = Inflater(
      UnsafeRawBufferPointer(rebasing: archive[data]),
      into: UnsafeMutableRawBufferPointer(mutating: content.bytes))
    try inflater.run()
    return content
  }
}

/// The zip format, as far as arrays need it: one disk, no encryption, stored or deflated, up to 64-bit sizes.
///
/// Specification: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
enum ZipArchive {
  static let localSignature: UInt32 = 0x0403_4B50
  static let centralSignature: UInt32 = 0x0201_4B50
  static let endSignature: UInt32 = 0x0605_4B50
  static let localSize = 30
  static let centralSize = 46
  static let endSize = 22

  /// True for the first bytes of an archive, also of an empty one.
  static func isRecognized(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 4 else { return false }
    let signature = bytes.integer(at: 0, as: UInt32.self)
    return signature == localSignature || signature == endSignature
  }

  /// The files of an archive, in the order of its directory. Their data lies in the archive and doesn't overlap.
  static func members(of bytes: UnsafeRawBufferPointer) throws(ContentError) -> [ZipMember] {
    let directory = try ZipDirectory(bytes)
    var reader = directory.bytes.lowerBound
    var members: [ZipMember] = []
    var places: [Range<Int>] = []
    for _ in 0..<directory.count {
      let entry = try ZipDirectoryEntry(bytes, at: reader, end: directory.bytes.upperBound)
      reader = entry.end
      let data = try entry.dataRange(in: bytes, end: directory.bytes.lowerBound)
      places.append(entry.localOffset..<data.upperBound)
      members.append(try entry.member(data))
    }
    guard reader == directory.bytes.upperBound else {
      throw ContentError("the zip directory has \(directory.bytes.upperBound - reader) bytes too many")
    }
    places.sort { $0.lowerBound < $1.lowerBound }
    for (a, b) in zip(places, places.dropFirst()) where a.upperBound > b.lowerBound {
      throw ContentError("members of the zip archive overlap")
    }
    return members
  }
}
