import DLGraph

/// The npy format: a header that is a Python dictionary, and the bytes of one array.
///
/// Specification: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
enum NumPyArray {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// True for the first bytes of an npy file.
  static func isRecognized(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.starts(with: magic) }

  /// Reads a file, without a copy where its bytes are aligned, little-endian and in C order.
  static func read(_ file: MappedFile) throws(FormatError) -> Literal {
    do throws(ContentError) { return try read(file, file.bytes.indices) } catch {
      throw error.inFile(file.path)
    }
  }

  /// Reads an array that is a part of a file.
  ///
  /// - Requires: `range` lies in the file.
  static func read(_ file: MappedFile, _ range: Range<Int>) throws(ContentError) -> Literal {
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
    let (header, data) = try split(bytes)
    if header.isDense {
      let place = range.lowerBound + data.lowerBound..<range.lowerBound + data.upperBound
      let storage = file.storage(place, alignment: header.elementType.byteCount)
      return try Literal(checking: header.elementType, shape: header.shape, storage: storage)
    }
    return try header.literal(of: UnsafeRawBufferPointer(rebasing: bytes[data]))
  }

  /// Reads an array from bytes that nothing keeps.
  static func copy(_ bytes: UnsafeRawBufferPointer) throws(ContentError) -> Literal {
    let (header, data) = try split(bytes)
    return try header.literal(of: UnsafeRawBufferPointer(rebasing: bytes[data]))
  }

  static func write(_ literal: Literal, to path: String) throws(FormatError) {
    let header: [UInt8]
    do throws(ContentError) { header = try self.header(of: literal) } catch { throw error.inFile(path) }
    let file = try AtomicFile(path)
    try file.write(header)
    try literal.withUnsafeBytes { (bytes) throws(FormatError) in try file.write(bytes) }
    try file.commit()
  }

  /// What precedes the bytes of a literal; its size is a multiple of 64.
  static func header(of literal: Literal) throws(ContentError) -> [UInt8] {
    guard let type = NumPyHeader.descriptor(of: literal.elementType) else {
      throw ContentError("NumPy has no \(literal.elementType): convert to f32 or use safetensors")
    }
    let extents = literal.shape.map { "\($0)," }.joined(separator: " ")
    let shape = literal.shape.count > 1 ? String(extents.dropLast()) : extents
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }"
    while (text.utf8.count + magic.count + 4 + 1) % 64 != 0 { text += " " }
    text += "\n"
    guard let size = UInt16(exactly: text.utf8.count) else { throw ContentError("the rank is too high") }
    var header = magic + [1, 0]
    header.append(littleEndian: size)
    return header + text.utf8
  }

  /// The header, and the range of the data, which is all the rest.
  private static func split(
    _ bytes: UnsafeRawBufferPointer
  ) throws(ContentError) -> (NumPyHeader, Range<Int>) {
    guard isRecognized(bytes), bytes.count >= 12 else { throw ContentError("not an npy array") }
    let (major, minor) = (bytes[6], bytes[7])
    guard (1...3).contains(major), minor == 0 else {
      throw ContentError("version \(major).\(minor) of the npy format is not known")
    }
    let textStart = major == 1 ? 10 : 12
    let textSize =
      major == 1 ? Int(bytes.integer(at: 8, as: UInt16.self)) : Int(bytes.integer(at: 8, as: UInt32.self))
    guard textSize <= bytes.count - textStart else {
      throw ContentError("the file is cut off: the header takes \(textSize) bytes")
    }
    let dataStart = textStart + textSize
    let header = try NumPyHeader(UnsafeRawBufferPointer(rebasing: bytes[textStart..<dataStart]))
    let needed = try byteCount(of: header.elementType, shape: header.shape)
    guard needed == bytes.count - dataStart else {
      throw ContentError(
        "the shape \(header.shape) of \(header.elementType) needs \(needed) bytes, "
          + "but the file gives it \(bytes.count - dataStart)")
    }
    return (header, dataStart..<bytes.count)
  }
}
