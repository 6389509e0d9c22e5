/// Reads the header of a GGUF file front to back; every length is checked against the file.
struct GGUFReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var remaining: Int { bytes.count - offset }

  mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) throws(ContentError) -> T {
    let size = MemoryLayout<T>.size
    try require(size)
    defer { offset += size }
    return bytes.integer(at: offset, as: type)
  }

  /// A count of things that take at least `size` bytes each.
  mutating func count(of what: String, size: Int) throws(ContentError) -> Int {
    let count = try integer(UInt64.self)
    guard count <= UInt64(remaining / size) else {
      throw ContentError("the header says \(count) \(what), for which the file is too short")
    }
    return Int(count)
  }

  mutating func string() throws(ContentError) -> String {
    let count = try count(of: "bytes of text", size: 1)
    let text = bytes[offset..<offset + count]
    offset += count
    guard let string = String(validating: text, as: UTF8.self) else {
      throw ContentError("a text in the header is not UTF-8")
    }
    return string
  }

  /// The value of a note: integers and texts; nil for others, which are passed over.
  mutating func note(depth: Int = 0) throws(ContentError) -> GGUF.Note? {
    try note(ofType: integer(UInt32.self), depth: depth)
  }

  private mutating func note(ofType type: UInt32, depth: Int) throws(ContentError) -> GGUF.Note? {
    switch type {
    case 0: return .integer(Int(try integer(UInt8.self)))
    case 1: return .integer(Int(try integer(Int8.self)))
    case 2: return .integer(Int(try integer(UInt16.self)))
    case 3: return .integer(Int(try integer(Int16.self)))
    case 4: return .integer(Int(try integer(UInt32.self)))
    case 5: return .integer(Int(try integer(Int32.self)))
    case 10: return .integer(Int(clamping: try integer(UInt64.self)))
    case 11: return .integer(Int(try integer(Int64.self)))
    case 6: try skip(4)
    case 7: try skip(1)
    case 12: try skip(8)
    case 8: return .text(try string())
    case 9: try skipArray(depth: depth)
    default: throw ContentError("a note in the header has the unknown type \(type)")
    }
    return nil
  }

  private mutating func skipArray(depth: Int) throws(ContentError) {
    guard depth < 4 else { throw ContentError("lists in the header are nested too deeply") }
    let type = try integer(UInt32.self)
    let sizes: [UInt32: Int] = [0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8]
    if let size = sizes[type] {
      try skip(count(of: "elements of a list", size: size) * size)
    } else {
      for _ in 0..<(try count(of: "elements of a list", size: 8)) {
        _ = try note(ofType: type, depth: depth + 1)
      }
    }
  }

  private mutating func skip(_ count: Int) throws(ContentError) {
    try require(count)
    offset += count
  }

  private func require(_ count: Int) throws(ContentError) {
    guard count <= remaining else {
      throw ContentError("cut off: the header ends after \(bytes.count) bytes")
    }
  }
}
