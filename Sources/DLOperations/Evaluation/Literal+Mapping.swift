import DLGraph

// Element-wise evaluation in pieces that stay in the cache, whatever the size of the tensor.

private let pieceCount = 4096

extension Literal {
  /// A literal of the same shape whose elements are `function` of this one's.
  func mapped<Wide: WideElement>(
    to target: ElementType, _ function: (Wide) -> Wide
  ) -> Literal {
    Literal(target, shape: shape) { bytes in
      withUnsafeTemporaryAllocation(of: Wide.self, capacity: pieceCount) { piece in
        for start in stride(from: 0, to: count, by: pieceCount) {
          let end = Swift.min(start + pieceCount, count)
          read(start..<end, into: piece)
          for index in 0..<(end - start) { piece[index] = function(piece[index]) }
          target.write(UnsafeBufferPointer(rebasing: piece[..<(end - start)]), to: bytes, at: start)
        }
      }
    }
  }

  /// A literal of the same shape whose elements are `function` of this one's and another's.
  ///
  /// - Requires: `other` has the shape.
  func zipped<Wide: WideElement, Result: WideElement>(
    with other: Literal, to target: ElementType, _ function: (Wide, Wide) -> Result
  ) -> Literal {
    Literal(target, shape: shape) { bytes in
      withUnsafeTemporaryAllocation(of: Wide.self, capacity: 2 * pieceCount) { operands in
        let first = UnsafeMutableBufferPointer(rebasing: operands[..<pieceCount])
        let second = UnsafeMutableBufferPointer(rebasing: operands[pieceCount...])
        withUnsafeTemporaryAllocation(of: Result.self, capacity: pieceCount) { results in
          for start in stride(from: 0, to: count, by: pieceCount) {
            let end = Swift.min(start + pieceCount, count)
            read(start..<end, into: first)
            other.read(start..<end, into: second)
            for index in 0..<(end - start) { results[index] = function(first[index], second[index]) }
            target.write(UnsafeBufferPointer(rebasing: results[..<(end - start)]), to: bytes, at: start)
          }
        }
      }
    }
  }

  /// The elements in another type, as `convert` does it.
  func converted(to target: ElementType) -> Literal {
    if target == elementType { return self }
    return elementType.isFloatingPoint
      ? mapped(to: target) { (value: Double) in value } : mapped(to: target) { (value: Int) in value }
  }
}
