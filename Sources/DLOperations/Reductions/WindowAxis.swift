import DLGraph
import DLLoops

/// How a window slides along one axis: position `k` of the window at result index `i` sees the padded axis at
/// `i * stride + k * dilation`.
struct WindowAxis {
  var window: Dimension
  var stride: Int
  var dilation: Int
  var low: Int
  var high: Int
  /// The distance to which the elements of the axis are pulled apart before padding, with zeros between them.
  var inputDilation = 1

  /// The extent of the result over an axis of the given extent.
  func resultExtent(_ extent: Dimension) -> Dimension {
    room(extent).floorDivided(by: Dimension(stride)) + 1
  }

  /// The same for a known extent and window; 0 where not even one window fits.
  func resultCount(_ extent: Int) -> Int { Swift.max(0, resultExtent(Dimension(extent)).constantValue ?? 0) }

  /// By how much the padded axis exceeds the window; negative where not even one window fits.
  func room(_ extent: Dimension) -> Dimension {
    let spread = inputDilation == 1 ? extent : (extent - 1) * Dimension(inputDilation) + 1
    return spread + Dimension(low + high) - (window - 1) * Dimension(dilation) - 1
  }

  /// The result indices whose window position `k` sees an element of the axis, and which the first of them
  /// sees.
  ///
  /// - Requires: no input dilation.
  func visible(_ k: Int, extent: Int, resultCount: Int) -> (results: Range<Int>, first: Int) {
    let offset = k * dilation - low
    // The least and one more than the greatest result index at which `0 <= index * stride + offset < extent`.
    let first = Swift.max(0, (stride - 1 - offset).floorQuotient(stride))
    let end = Swift.min(resultCount, (extent - offset + stride - 1).floorQuotient(stride))
    return (first..<Swift.max(first, end), first * stride + offset)
  }

  /// The index along the axis that window position `k` sees from result index `i`, and whether there is an
  /// element; nil where always.
  func position(
    _ i: IntegerExpression, _ k: IntegerExpression, extent: IntegerExpression, in builder: KernelBuilder
  ) -> (index: IntegerExpression, isInside: Local?) {
    let padded = i * IntegerExpression(stride) + k * IntegerExpression(dilation) - IntegerExpression(low)
    if inputDilation == 1 { return (padded, builder.isInRange(padded, 0, extent)) }
    let spread = IntegerExpression(inputDilation)
    let remainder = padded.modulo(spread)
    let isElement =
      remainder == 0
      ? nil : builder.compare(.equal, builder.index(remainder), builder.integer(0, .i64))
    let index = padded.floorDivided(by: spread)
    return (index, builder.and(isElement, builder.isInRange(index, 0, extent)))
  }
}

extension Operation {
  /// The extents of a result whose windows slide over some axes of `x`.
  ///
  /// - Throws: where a window certainly exceeds its padded axis; but an axis that is empty and untouched stays
  ///   so.
  func slidingExtents(_ windows: [WindowAxis], over x: TensorType, axes: [Int]) throws(TypeError)
    -> [Dimension]
  {
    var result: [Dimension] = []
    for (window, axis) in zip(windows, axes) {
      let isUntouched = x.shape[axis] == 0 && window.window == 1
      if window.room(x.shape[axis]).isAlwaysNegative && !isUntouched {
        throw TypeError(
          "\(name): a window of \(window.window) does not fit into axis \(axis) of \(x)",
          notes: [
            "the dilation is \(window.dilation), the padding \(window.low) and \(window.high)"
          ])
      }
      result.append(window.resultExtent(x.shape[axis]))
    }
    return result
  }
}

/// Calls `body` with every index of a box, in row-major order.
func forEachIndex(_ shape: [Int], _ body: ([Int]) -> Void) {
  if shape.contains(where: { $0 <= 0 }) { return }
  var index = [Int](repeating: 0, count: shape.count)
  while true {
    body(index)
    guard let axis = shape.indices.last(where: { index[$0] + 1 < shape[$0] }) else { return }
    index[axis] += 1
    for inner in (axis + 1)..<shape.count { index[inner] = 0 }
  }
}
