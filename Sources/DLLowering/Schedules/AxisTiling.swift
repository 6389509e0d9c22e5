import DLGraph
import DLLoops

/// An axis cut into tiles, each with code of its own constant length.
struct AxisTiling {
  let extent: IntegerExpression
  /// The length of the longest tile.
  let length: Int
  /// Whether the lengths differ by at most one, rather than only the last one being shorter. A short tile takes almost
  /// as long as a whole one.
  let isBalanced: Bool

  /// - Parameter balances: whether tiles need not begin at multiples of `length`.
  init(_ extent: IntegerExpression, length: Int, balances: Bool) {
    self.extent = extent
    self.length = length
    isBalanced = balances && extent.constantValue.map { $0 > length && $0 % length != 0 } ?? false
  }

  /// The number of tiles.
  var count: IntegerExpression {
    (extent + IntegerExpression(length - 1)).floorDivided(by: IntegerExpression(length))
  }

  /// Emits `body` for the tile at `index`.
  func emit(
    _ index: IntegerExpression, in emitter: BodyEmitter,
    _ body: (_ start: IntegerExpression, _ length: Int) -> Void
  ) {
    guard isBalanced, let extent = extent.constantValue, let count = count.constantValue else {
      return emitter.constantChunk(index * IntegerExpression(length), length, of: extent, body)
    }
    let (short, longCount) = (extent / count, extent % count)
    if longCount == 0 { return body(index * IntegerExpression(short), short) }
    let builder = emitter.builder
    let isLong = builder.compare(.less, builder.index(index), builder.index(IntegerExpression(longCount)))
    builder.conditional(isLong) {
      body(index * IntegerExpression(short + 1), short + 1)
    } else: {
      body(index * IntegerExpression(short) + IntegerExpression(longCount), short)
    }
  }
}
