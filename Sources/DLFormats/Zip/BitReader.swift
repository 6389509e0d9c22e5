/// Takes bits from bytes, the least significant first.
struct BitReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  /// The next bits; zero beyond `available`.
  private(set) var buffer: UInt64 = 0
  private(set) var available = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Whether less than a byte is left.
  var isAtEnd: Bool { position == bytes.count && available < 8 }

  /// Makes at least 56 bits available, or all that are left.
  mutating func fill() {
    while available <= 56, position < bytes.count {
      buffer |= UInt64(bytes[position]) << UInt64(available)
      available += 8
      position += 1
    }
  }

  /// Drops bits.
  mutating func skip(_ count: Int) throws(ContentError) {
    guard count <= available else { throw ContentError("the compressed data is cut off") }
    buffer >>= UInt64(count)
    available -= count
  }

  /// The next bits as an integer.
  ///
  /// - Requires: `count` is at most 16.
  mutating func bits(_ count: Int) throws(ContentError) -> Int {
    if available < count { fill() }
    let value = Int(buffer & (1 << UInt64(count) - 1))
    try skip(count)
    return value
  }

  /// Drops the rest of the current byte.
  mutating func skipToByte() {
    let rest = available % 8
    buffer >>= UInt64(rest)
    available -= rest
  }
}
