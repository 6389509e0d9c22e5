/// Decompresses the deflate format into memory of exactly the right size.
///
/// Specification: RFC 1951.
struct Inflater {
  private var input: BitReader
  private let output: UnsafeMutableRawBufferPointer
  private var count = 0

  init(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
    self.input = BitReader(input)
    self.output = output
  }

  /// Decompresses everything.
  ///
  /// - Throws: unless the input is valid, is used up, and fills the output.
  mutating func run() throws(ContentError) {
    var isLast = false
    while !isLast {
      isLast = try input.bits(1) == 1
      switch try input.bits(2) {
      case 0: try storedBlock()
      case 1: try compressedBlock(HuffmanTable.fixedLiterals, HuffmanTable.fixedDistances)
      case 2:
        let (literals, distances) = try dynamicTables()
        try compressedBlock(literals, distances)
      default: throw Self.damaged
      }
    }
    guard input.isAtEnd else { throw ContentError("something follows the compressed data") }
    guard count == output.count else {
      throw ContentError("the data decompresses to \(count) bytes instead of \(output.count)")
    }
  }

  static let damaged = ContentError("the compressed data is damaged")

  private mutating func storedBlock() throws(ContentError) {
    input.skipToByte()
    let size = try input.bits(16)
    guard try input.bits(16) == ~size & 0xFFFF else { throw Self.damaged }
    try reserve(size)
    for _ in 0..<size {
      output[count] = UInt8(truncatingIfNeeded: try input.bits(8))
      count += 1
    }
  }

  private func reserve(_ size: Int) throws(ContentError) {
    if size > output.count - count {
      throw ContentError("the data decompresses to more than \(output.count) bytes")
    }
  }

  private mutating func compressedBlock(
    _ literals: HuffmanTable, _ distances: HuffmanTable
  ) throws(ContentError) {
    while true {
      let symbol = try literals.next(&input)
      if symbol < 256 {
        try reserve(1)
        output[count] = UInt8(symbol)
        count += 1
      } else if symbol == 256 {
        return
      } else {
        try copy(lengthSymbol: symbol - 257, distances)
      }
    }
  }

  /// Repeats bytes of the output; the two ranges may overlap.
  private mutating func copy(lengthSymbol: Int, _ distances: HuffmanTable) throws(ContentError) {
    guard lengthSymbol < Self.lengthBases.count else { throw Self.damaged }
    let length = try Self.lengthBases[lengthSymbol] + input.bits(Self.lengthBits[lengthSymbol])
    let symbol = try distances.next(&input)
    guard symbol < Self.distanceBases.count else { throw Self.damaged }
    let distance = try Self.distanceBases[symbol] + input.bits(Self.distanceBits[symbol])
    guard distance <= count else { throw Self.damaged }
    try reserve(length)
    for _ in 0..<length {
      output[count] = output[count - distance]
      count += 1
    }
  }

  /// The two codes that a block defines for itself, compressed by a third one.
  private mutating func dynamicTables() throws(ContentError) -> (HuffmanTable, HuffmanTable) {
    let literalCount = try 257 + input.bits(5)
    let distanceCount = try 1 + input.bits(5)
    var codeLengths = [UInt8](repeating: 0, count: 19)
    for index in try 0..<4 + input.bits(4) {
      codeLengths[Self.codeOrder[index]] = UInt8(truncatingIfNeeded: try input.bits(3))
    }
    let code = try HuffmanTable(codeLengths[...])
    var lengths: [UInt8] = []
    while lengths.count < literalCount + distanceCount {
      switch try code.next(&input) {
      case 16:
        guard let last = lengths.last else { throw Self.damaged }
        lengths.append(contentsOf: repeatElement(last, count: try 3 + input.bits(2)))
      case 17: lengths.append(contentsOf: repeatElement(0, count: try 3 + input.bits(3)))
      case 18: lengths.append(contentsOf: repeatElement(0, count: try 11 + input.bits(7)))
      case let length: lengths.append(UInt8(length))
      }
    }
    guard lengths.count == literalCount + distanceCount, lengths[256] != 0 else { throw Self.damaged }
    return (try HuffmanTable(lengths[..<literalCount]), try HuffmanTable(lengths[literalCount...]))
  }

  /// The order in which a block gives the code lengths of the third code.
  private static let codeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
    227, 258,
  ]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073,
    4097, 6145,
    8193, 12289, 16385, 24577,
  ]
  private static let distanceBits = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
  ]
}
