import DLGraph

extension Literal {
  /// A tensor of small random elements: f32 in -1...1, i32 in -9...9, or bool.
  ///
  /// - Requires: the type is one of these.
  public init(_ type: ElementType, shape: [Int], random: inout SplitMix) {
    let count = shape.reduce(1, *)
    switch type {
    case .bool:
      self.init(type, shape: shape, elements: (0..<count).map { _ in UInt8(random.int(0...1)) })
    case .i32:
      self.init(type, shape: shape, elements: (0..<count).map { _ in Int32(random.int(-9...9)) })
    default:
      self.init(
        .f32, shape: shape, elements: (0..<count).map { _ in Float.random(in: -1...1, using: &random) })
    }
  }
}
