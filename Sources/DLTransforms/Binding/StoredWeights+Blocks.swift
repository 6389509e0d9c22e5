import DLFormats
import DLGraph

extension StoredWeights {
  /// The integers and scales of a matrix in blocks, bit by bit; nil for encodings that have more than one scale a block.
  init?(_ entry: TensorFile.Entry, order: Order) {
    guard let encoding = entry.encoding, encoding == .fourBits || encoding == .eightBits,
      entry.shape.count == 2,
      entry.shape.allSatisfy({ $0 > 0 })
    else { return nil }
    let (channels, terms) = (entry.shape[0], entry.shape[1])
    let groups = terms / encoding.elementCount
    // Both begin with an f16 scale; halves of bytes lie as they do here.
    let rows = encoding.byteCount - 2
    let place = Self.places(order, channels: channels, groups: groups, rows: rows)
    var scales = [UInt16](repeating: 0, count: groups * channels)
    let integers = Literal(encoding == .fourBits ? .u8 : .i8, shape: place.shape) { target in
      entry.literal.withUnsafeBytes { source in
        for channel in 0..<channels {
          for group in 0..<groups {
            let block = (channel * groups + group) * encoding.byteCount
            scales[channel * place.scale.channel + group * place.scale.group] =
              UInt16(source[block]) | UInt16(source[block + 1]) << 8
            let base = channel * place.integer.channel + group * place.integer.group
            for row in 0..<rows { target[base + row * place.integer.row] = source[block + 2 + row] }
          }
        }
      }
    }
    self.init(
      bits: encoding == .fourBits ? 4 : 8, channels: channels, terms: terms, count: encoding.elementCount,
      order: order, integers: integers, scales: Literal(.f16, shape: place.scaleShape, elements: scales))
  }
}
