import DLGraph

extension Literal {
  /// The scalar 1 of a type.
  init(one type: ElementType) {
    switch type {
    case .f64: self.init(type, shape: [], elements: [1.0])
    case .f32: self.init(type, shape: [], elements: [1 as Float])
    case .f16: self.init(type, shape: [], elements: [0x3C00 as UInt16])
    case .bf16: self.init(type, shape: [], elements: [0x3F80 as UInt16])
    case .i64: self.init(type, shape: [], elements: [1])
    case .i32: self.init(type, shape: [], elements: [1 as Int32])
    case .i16: self.init(type, shape: [], elements: [1 as Int16])
    case .i8, .u8, .bool: self.init(type, shape: [], elements: [1 as UInt8])
    }
  }

  /// The scalar 0 of a type.
  init(zero type: ElementType) {
    self.init(type, shape: [], storage: LiteralStorage(zeroed: type.byteCount))
  }
}
