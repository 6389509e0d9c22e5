/// Where the elements of a box of indices lie in a buffer, in elements.
///
/// Strides of empty boxes wrap where they are too large; nothing is ever reached through them.
struct Strided {
  var offset = 0
  /// One for each axis of the box; negative walks backward, 0 stays.
  var strides: [Int]

  /// The dense row-major places of a shape.
  static func dense(_ shape: [Int]) -> Strided {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] &* shape[axis + 1] }
    return Strided(strides: strides)
  }

  /// The places of the box whose axis `i` is axis `axes[i]` of this one.
  func permuted(_ axes: [Int]) -> Strided {
    Strided(offset: offset, strides: axes.map { strides[$0] })
  }
}

/// The walk over a box of indices through two buffers at once, as runs along its innermost axis.
struct StridedWalk {
  /// The number of positions of a run.
  private(set) var count = 1
  /// The distances of neighbours in a run.
  private(set) var strides = (first: 1, second: 1)
  private var outerShape: [Int] = []
  private var outer: (first: [Int], second: [Int]) = ([], [])
  private let offsets: (first: Int, second: Int)

  /// - Requires: both have a stride for each axis of the shape.
  init(_ shape: [Int], _ first: Strided, _ second: Strided) {
    offsets = (first.offset, second.offset)
    // Axes that both buffers step through as one become one.
    var merged: [(extent: Int, first: Int, second: Int)] = []
    for (axis, extent) in shape.enumerated() where extent != 1 {
      let (a, b) = (first.strides[axis], second.strides[axis])
      if let last = merged.last, last.first == a &* extent, last.second == b &* extent {
        merged[merged.count - 1] = (last.extent * extent, a, b)
      } else {
        merged.append((extent, a, b))
      }
    }
    if let inner = merged.popLast() {
      count = inner.extent
      strides = (inner.first, inner.second)
    }
    outerShape = merged.map(\.extent)
    outer = (merged.map(\.first), merged.map(\.second))
  }

  /// Calls `body` with the position of each run's first element in both buffers, in row-major order.
  func forEachRun(_ body: (_ first: Int, _ second: Int) -> Void) {
    if count == 0 || outerShape.contains(0) { return }
    var index = [Int](repeating: 0, count: outerShape.count)
    var (first, second) = offsets
    while true {
      body(first, second)
      var axis = outerShape.count - 1
      while axis >= 0 {
        index[axis] += 1
        first += outer.first[axis]
        second += outer.second[axis]
        if index[axis] < outerShape[axis] { break }
        first -= outer.first[axis] * outerShape[axis]
        second -= outer.second[axis] * outerShape[axis]
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
