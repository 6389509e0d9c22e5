import DLGraph

/// How files of llama.cpp hold floats in fewer bits: blocks of numbers that follow each other along the last axis, each
/// with its scale.
///
/// Specification: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, and the `block_*` structures of ggml.
public enum BlockEncoding: String, CaseIterable, Sendable {
  /// 32 numbers: an f16 scale, and 16 bytes with two integers of 0...15 each, 16 numbers apart; 8 is subtracted.
  case fourBits = "Q4_0"
  /// 32 numbers: an f16 scale and an f16 minimum, then integers as in `fourBits`, of which nothing is subtracted.
  case fourBitsAndMinimum = "Q4_1"
  /// 32 numbers: an f16 scale and 32 signed bytes.
  case eightBits = "Q8_0"
  /// 256 numbers: the low four and the high two bits of their integers, a signed byte for each 16 of them, and an f16
  /// scale.
  case sixBits = "Q6_K"

  /// The number of numbers in a block.
  public var elementCount: Int { self == .sixBits ? 256 : 32 }

  /// The number of bytes of a block.
  public var byteCount: Int {
    switch self {
    case .fourBits: 18
    case .fourBitsAndMinimum: 20
    case .eightBits: 34
    case .sixBits: 210
    }
  }

  /// Decodes one block.
  ///
  /// - Requires: `block` has the bytes of a block and `numbers` room for its numbers.
  func decode(_ block: UnsafeRawBufferPointer, into numbers: UnsafeMutableBufferPointer<Float>) {
    switch self {
    case .fourBits:
      let scale = block.half(at: 0)
      for index in 0..<16 {
        numbers[index] = Float(Int(block[2 + index] & 15) - 8) * scale
        numbers[index + 16] = Float(Int(block[2 + index] >> 4) - 8) * scale
      }
    case .fourBitsAndMinimum:
      let (scale, minimum) = (block.half(at: 0), block.half(at: 2))
      for index in 0..<16 {
        numbers[index] = Float(block[4 + index] & 15) * scale + minimum
        numbers[index + 16] = Float(block[4 + index] >> 4) * scale + minimum
      }
    case .eightBits:
      let scale = block.half(at: 0)
      for index in 0..<32 { numbers[index] = Float(Int8(bitPattern: block[2 + index])) * scale }
    case .sixBits:
      let scale = block.half(at: 208)
      for index in 0..<256 {
        // The low bits of 128 numbers take 64 bytes, the high ones 32.
        let (half, place) = (index / 128, index % 128)
        let low = block[half * 64 + place % 64] >> UInt8(place / 64 * 4) & 15
        let high = block[128 + half * 32 + place % 32] >> UInt8(place / 32 * 2) & 3
        let integer = Int(low | high << 4) - 32
        numbers[index] = scale * Float(Int8(bitPattern: block[192 + index / 16])) * Float(integer)
      }
    }
  }
}

extension TensorFile.Entry {
  /// The numbers as the model sees them: blocks decoded to `f32`, anything else as it is stored.
  public var decoded: Literal {
    guard let encoding else { return literal }
    return Literal(.f32, shape: shape) { target in
      let numbers = target.assumingMemoryBound(to: Float.self)
      literal.withUnsafeBytes { source in
        for block in 0..<literal.byteCount / encoding.byteCount {
          let bytes = UnsafeRawBufferPointer(
            rebasing: source[block * encoding.byteCount..<(block + 1) * encoding.byteCount])
          let first = block * encoding.elementCount
          encoding.decode(
            bytes, into: UnsafeMutableBufferPointer(rebasing: numbers[first..<first + encoding.elementCount]))
        }
      }
    }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func half(at offset: Int) -> Float {
    Float(Float16(bitPattern: integer(at: offset, as: UInt16.self)))
  }
}
