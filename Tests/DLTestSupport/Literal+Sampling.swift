import DLGraph

extension Literal {
  /// A tensor of small random elements: f32 and bf16 in -1...1, i32 in -9...9, bytes of any value, or bool.
  ///
  /// - Requires: the type is one of these.
  public init(_ type: ElementType, shape: [Int], random: inout SplitMix) {
    let count = shape.reduce(1, *)
    switch type {
    case .bool:
      self.init(type, shape: shape, elements: (0..<count).map { _ in UInt8(random.int(0...1)) })
    case .i32:
      self.init(type, shape: shape, elements: (0..<count).map { _ in Int32(random.int(-9...9)) })
    case .i8, .u8:
      self.init(type, shape: shape, elements: (0..<count).map { _ in UInt8(random.int(0...255)) })
    case .bf16:
      self.init(
        type, shape: shape,
        elements: (0..<count).map { _ in
          UInt16(Float.random(in: -1...1, using: &random).bitPattern >> 16)
        })
    default:
      self.init(
        .f32, shape: shape, elements: (0..<count).map { _ in Float.random(in: -1...1, using: &random) })
    }
  }
}
