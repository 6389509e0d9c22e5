/// A prefix code as a table from the next bits to the symbol they begin with.
struct HuffmanTable {
  /// `symbol << 4 | length` for every value of the next `width` bits; 0 where no code begins with them.
  private let entries: [UInt16]
  private let width: Int

  /// The canonical code of the given code lengths; 0 means that the symbol does not occur.
  ///
  /// - Throws: where the code is overfull, or has room left with more than one symbol.
  init(_ lengths: ArraySlice<UInt8>) throws(ContentError) {
    var counts = [Int](repeating: 0, count: 16)
    for length in lengths { counts[Int(length)] += 1 }
    let used = lengths.count - counts[0]
    counts[0] = 0
    width = counts.lastIndex { $0 > 0 } ?? 0
    var nextCodes = [Int](repeating: 0, count: 17)
    for length in 1...15 {
      nextCodes[length + 1] = (nextCodes[length] + counts[length]) << 1
      if nextCodes[length] + counts[length] > 1 << length { throw Inflater.damaged }
    }
    if used > 1, nextCodes[width] + counts[width] != 1 << width { throw Inflater.damaged }
    var entries = [UInt16](repeating: 0, count: 1 << width)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let length = Int(length)
      let code = nextCodes[length]
      nextCodes[length] += 1
      // Codes come with their first bit lowest in the buffer.
      var index = 0
      for bit in 0..<length where code >> bit & 1 == 1 { index |= 1 << (length - 1 - bit) }
      for index in stride(from: index, to: entries.count, by: 1 << length) {
        entries[index] = UInt16(symbol << 4 | length)
      }
    }
    self.entries = entries
  }

  /// Takes the next symbol.
  func next(_ input: inout BitReader) throws(ContentError) -> Int {
    if input.available < width { input.fill() }
    let entry = entries[Int(input.buffer & (1 << UInt64(width) - 1))]
    guard entry != 0 else { throw Inflater.damaged }
    try input.skip(Int(entry & 15))
    return Int(entry >> 4)
  }

  private init(fixed lengths: [UInt8]) {
    // The fixed codes are complete, so the initializer can't throw.
    guard let table = try? HuffmanTable(lengths[...]) else {
      preconditionFailure("a fixed code is incomplete")
    }
    self = table
  }

  static let fixedLiterals = HuffmanTable(
    fixed: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })

  static let fixedDistances = HuffmanTable(fixed: [UInt8](repeating: 5, count: 32))
}
