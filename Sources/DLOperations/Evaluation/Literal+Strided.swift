import DLGraph

extension Literal {
  /// A literal of a shape whose elements are taken from this one at the given places.
  ///
  /// - Requires: every place lies in the literal.
  func taking(_ shape: [Int], at places: Strided) -> Literal {
    if shape.count == self.shape.count, places.offset == 0, shape == self.shape,
      places.strides == Strided.dense(shape).strides
    {
      return self
    }
    return Literal(elementType, shape: shape) { target in
      withUnsafeBytes { source in
        copyElements(
          StridedWalk(shape, places, .dense(shape)), byteCount: elementType.byteCount, from: source,
          to: target)
      }
    }
  }

  /// The literal with its axes in another order: axis `i` of the result is axis `axes[i]` of this one.
  func transposed(_ axes: [Int]) -> Literal {
    taking(axes.map { shape[$0] }, at: Strided.dense(shape).permuted(axes))
  }
}

/// Copies the elements of a walk from its first buffer to its second.
///
/// - Requires: every place of the walk lies in its buffer.
func copyElements(
  _ walk: StridedWalk, byteCount: Int, from source: UnsafeRawBufferPointer,
  to target: UnsafeMutableRawBufferPointer
) {
  switch byteCount {
  case 1: copy(walk, of: UInt8.self, from: source, to: target)
  case 2: copy(walk, of: UInt16.self, from: source, to: target)
  case 4: copy(walk, of: UInt32.self, from: source, to: target)
  default: copy(walk, of: UInt64.self, from: source, to: target)
  }
}

@inline(__always)
private func copy<Bits: BitwiseCopyable>(
  _ walk: StridedWalk, of type: Bits.Type, from source: UnsafeRawBufferPointer,
  to target: UnsafeMutableRawBufferPointer
) {
  let source = source.bindMemory(to: type)
  let target = target.bindMemory(to: type)
  let (count, strides) = (walk.count, walk.strides)
  walk.forEachRun { first, second in
    if strides == (1, 1) {
      _ = UnsafeMutableBufferPointer(rebasing: target[second..<second + count])
        .update(fromContentsOf: source[first..<first + count])
    } else {
      for index in 0..<count {
        target[second + index * strides.second] = source[first + index * strides.first]
      }
    }
  }
}
