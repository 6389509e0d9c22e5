import DLFormats

/// The object file of a model: what LLVM wrote, with the weights in the section that was left for them.
struct ObjectFile {
  private let code: MappedFile
  private let weights: (place: Range<Int>, blob: WeightBlob)?

  /// - Parameters:
  ///   - code: a relocatable ELF file of 64 bits, little-endian.
  ///   - weights: what is to be put in.
  /// - Throws: `CodeGenError.llvm` where the section is missing or of another size.
  init(_ code: MappedFile, _ weights: EmbeddedWeights?) throws(CodeGenError) {
    self.code = code
    guard let weights else {
      self.weights = nil
      return
    }
    guard let place = ELFSections(code.bytes).range(of: weights.section),
      place.count == weights.blob.byteCount
    else { throw .llvm("the object file has no room for the weights") }
    self.weights = (place, weights.blob)
  }

  var byteCount: Int { code.bytes.count }

  /// Visits the bytes in order, part by part.
  func forEachPart<Failure>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    guard let (place, blob) = weights else { return try code.forEachPiece(body) }
    try withExtendedLifetime(code) { () throws(Failure) in
      try body(UnsafeRawBufferPointer(rebasing: code.bytes[..<place.lowerBound]))
      try blob.forEachPart(body)
      try body(UnsafeRawBufferPointer(rebasing: code.bytes[place.upperBound...]))
    }
  }
}

/// The section headers of an ELF file of 64 bits, little-endian. See the System V ABI, chapter 4, "Sections".
private struct ELFSections {
  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Where the contents of the section of this name lie; nil where there is none.
  func range(of name: String) -> Range<Int>? {
    guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]), let table = word(at: 0x28),
      let size = half(at: 0x3a), let count = half(at: 0x3c), let namesIndex = half(at: 0x3e),
      let names = contents(table + namesIndex * size)
    else { return nil }
    let wanted = Array(name.utf8) + [0]
    for index in 0..<count {
      let header = table + index * size
      guard let start = load(UInt32.self, at: header) else { return nil }
      let place = names.lowerBound + start
      if place + wanted.count <= names.upperBound, bytes[place..<place + wanted.count].elementsEqual(wanted) {
        return contents(header)
      }
    }
    return nil
  }

  /// Where the contents of the section with the header at an offset lie.
  private func contents(_ header: Int) -> Range<Int>? {
    guard let start = word(at: header + 0x18), let size = word(at: header + 0x20), start >= 0, size >= 0,
      size <= bytes.count, start <= bytes.count - size
    else { return nil }
    return start..<start + size
  }

  private func half(at offset: Int) -> Int? { load(UInt16.self, at: offset) }

  private func word(at offset: Int) -> Int? { load(UInt64.self, at: offset) }

  private func load<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - MemoryLayout<Value>.size else { return nil }
    return Int(exactly: Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type)))
  }
}
