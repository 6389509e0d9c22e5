extension BinaryFloatingPoint where Self: LosslessStringConvertible {
  /// The shortest text that reads back to the same bits; NaNs other than the usual one as `nan(bits)`.
  func exactText(bits: UInt64, usualNaN: UInt64) -> String {
    if !isNaN { return description }
    return bits == usualNaN ? "nan" : "nan(\(bits))"
  }
}

extension Float {
  /// The bits of the nearest bf16, the even one of two.
  fileprivate var upperHalf: UInt16 {
    if isNaN { return UInt16(bitPattern >> 16) }
    return UInt16((bitPattern + 0x7FFF + (bitPattern >> 16 & 1)) >> 16)
  }
}

extension Double {
  var exactText: String { exactText(bits: bitPattern, usualNaN: Double.nan.bitPattern) }
}

extension Literal {
  /// The elements as they stand in the text form.
  var elementTexts: [String] {
    switch elementType {
    case .f64: elements(as: Double.self).map(\.exactText)
    case .f32:
      elements(as: Float.self).map {
        $0.exactText(bits: UInt64($0.bitPattern), usualNaN: UInt64(Float.nan.bitPattern))
      }
    case .f16:
      elements(as: UInt16.self).map {
        Float(Float16(bitPattern: $0)).exactText(bits: UInt64($0), usualNaN: UInt64(Float16.nan.bitPattern))
      }
    case .bf16:
      elements(as: UInt16.self).map {
        Float(bitPattern: UInt32($0) << 16)
          .exactText(bits: UInt64($0), usualNaN: UInt64(Float.nan.bitPattern >> 16))
      }
    case .i64: elements(as: Int64.self).map(\.description)
    case .i32: elements(as: Int32.self).map(\.description)
    case .i16: elements(as: Int16.self).map(\.description)
    case .i8: elements(as: Int8.self).map(\.description)
    case .u8: elements(as: UInt8.self).map(\.description)
    case .bool: elements(as: UInt8.self).map { $0 == 0 ? "false" : "true" }
    }
  }

  /// The bytes of an element written as `text`; nil where it is no element of the type.
  ///
  /// - Parameter bits: whether `text` gives the bits of a NaN.
  static func elementBytes(_ text: String, bits: Bool, _ type: ElementType) -> [UInt8]? {
    func bytes<T>(_ value: T?) -> [UInt8]? { value.map { Swift.withUnsafeBytes(of: $0) { Array($0) } } }
    if bits {
      return switch type {
      case .f64: bytes(UInt64(text).filter { Double(bitPattern: $0).isNaN })
      case .f32: bytes(UInt32(text).filter { Float(bitPattern: $0).isNaN })
      case .f16: bytes(UInt16(text).filter { Float16(bitPattern: $0).isNaN })
      case .bf16: bytes(UInt16(text).filter { Float(bitPattern: UInt32($0) << 16).isNaN })
      case .i64, .i32, .i16, .i8, .u8, .bool: nil
      }
    }
    return switch type {
    case .f64: bytes(Double(text))
    case .f32: bytes(Float(text))
    case .f16: bytes(Float16(text)?.bitPattern)
    case .bf16: bytes(Float(text).map(\.upperHalf))
    case .i64: bytes(Int64(text))
    case .i32: bytes(Int32(text))
    case .i16: bytes(Int16(text))
    case .i8: bytes(Int8(text))
    case .u8: bytes(UInt8(text))
    case .bool: text == "true" ? [1] : text == "false" ? [0] : nil
    }
  }

  /// A hash of type, shape and bytes that is the same in every process.
  var fingerprint: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func combine(_ word: UInt64) {
      hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    for byte in elementType.rawValue.utf8 { combine(UInt64(byte)) }
    for extent in shape { combine(UInt64(truncatingIfNeeded: extent)) }
    withUnsafeBytes { bytes in
      var offset = 0
      while offset + 8 <= bytes.count {
        combine(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        offset += 8
      }
      for byte in bytes[offset...] { combine(UInt64(byte)) }
    }
    return hash
  }
}

extension Optional {
  /// The value where it satisfies a condition.
  fileprivate func filter(_ condition: (Wrapped) -> Bool) -> Wrapped? {
    flatMap { condition($0) ? $0 : nil }
  }
}
