import DLGraph

extension Literal {
  /// Random numbers such as training starts from: weights uniform with variance 1 / fan-in, scales near 1, shifts near 0,
  /// running variances positive, bytes of any value. The same name and seed give the same numbers on every machine.
  init(random type: ElementType, shape: [Int], name: String, seed: UInt64) {
    var generator = SplitMix64(
      seed: seed ^ name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
    let fanIn = max(shape.dropFirst().reduce(1, *), 1)
    let isVector = shape.count <= 1
    let isScale = isVector && (name.hasSuffix("weight") || name.hasSuffix("running_var"))
    let bound: Float = isVector ? 0.1 : (3 / Float(fanIn)).squareRoot()
    let center: Float = isScale ? 1 : 0
    self.init(type, shape: shape) { bytes in
      let count = shape.reduce(1, *)
      for index in 0..<count {
        let value = center + bound * (2 * generator.nextUnit() - 1)
        switch type {
        case .f32: bytes.storeBytes(of: value, toByteOffset: index * 4, as: Float.self)
        case .f64: bytes.storeBytes(of: Double(value), toByteOffset: index * 8, as: Double.self)
        case .f16:
          bytes.storeBytes(of: Float16(value).bitPattern, toByteOffset: index * 2, as: UInt16.self)
        case .bf16:
          bytes.storeBytes(of: UInt16(value.bitPattern >> 16), toByteOffset: index * 2, as: UInt16.self)
        case .i8, .u8:
          let byte = UInt8(truncatingIfNeeded: Int((value - center) / bound * 127))
          bytes.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
        case .i64, .i32, .i16, .bool: break
        }
      }
    }
  }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
private struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A number in [0, 1).
  mutating func nextUnit() -> Float {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Float((z ^ (z >> 31)) >> 40) * 0x1p-24
  }
}
