import DLGraph
import DLLoops

/// An order of a constant tensor in memory: one axis is cut into blocks, and the position in the block is innermost.
///
/// A tensor `[A, B, C]` blocked along B by 8 lies as `[ceil(B / 8), A, C, 8]`, padded with zeros, or with A and C the other
/// way round.
struct AxisBlocking: Hashable {
  var axis: Int
  var block: Int
  /// The other axes, outermost first.
  var others: [Int]

  /// Where an element lies.
  func offset(of indices: [IntegerExpression], in shape: [IntegerExpression]) -> IntegerExpression {
    let block = IntegerExpression(block)
    var offset = indices[axis].floorDivided(by: block)
    for other in others { offset = offset * shape[other] + indices[other] }
    return offset * block + indices[axis].modulo(block)
  }
}

extension AxisBlocking: WeightPacking {
  func panels(of literal: Literal) -> (count: Int, byteCount: Int) {
    let elements = others.reduce(block) { $0 * literal.shape[$1] }
    return ((literal.shape[axis] + block - 1) / block, elements * literal.elementType.byteCount)
  }

  func write(_ panels: Range<Int>, of literal: Literal, to target: UnsafeMutableRawBufferPointer) {
    switch literal.elementType.byteCount {
    case 1: write(panels, of: literal, to: target.bindMemory(to: UInt8.self))
    case 2: write(panels, of: literal, to: target.bindMemory(to: UInt16.self))
    case 4: write(panels, of: literal, to: target.bindMemory(to: UInt32.self))
    default: write(panels, of: literal, to: target.bindMemory(to: UInt64.self))
    }
  }

  private func write<Element: BitwiseCopyable>(
    _ panels: Range<Int>, of literal: Literal, to target: UnsafeMutableBufferPointer<Element>
  ) {
    let extent = literal.shape[axis]
    let strides = literal.shape.indices.map { literal.shape[($0 + 1)...].reduce(1, *) }
    let stride = strides[axis]
    // Where the elements of the panel's first column are, in the order in which they lie there.
    let places = others.reduce([0]) { places, other in
      places.flatMap { place in (0..<literal.shape[other]).map { place + $0 * strides[other] } }
    }
    literal.withUnsafeBytes { bytes in
      let source = bytes.bindMemory(to: Element.self)
      for panel in panels {
        let first = panel * block
        let width = min(block, extent - first)
        var start = (panel - panels.lowerBound) * places.count * block
        for place in places {
          let base = place + first * stride
          for column in 0..<width { target[start + column] = source[base + column * stride] }
          start += block
        }
      }
    }
  }
}
