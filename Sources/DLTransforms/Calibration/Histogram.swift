/// How often numbers of which size occur.
///
/// The bins have equal widths, a power of two. Where a number lies beyond them, neighbours are joined and the width
/// doubles, so one walk through the numbers is enough and their order doesn't matter. Numbers that are not finite
/// don't count.
package struct Histogram: Sendable {
  /// The bins on each side of zero.
  private static let half = 2048

  /// The counts from `-half * width` on.
  private(set) var counts = [Int](repeating: 0, count: 2 * Self.half)
  private(set) var width: Float = 0
  package private(set) var lower: Float = .infinity
  package private(set) var upper: Float = -.infinity

  package init() {}

  /// The range of the numbers so far; `0...0` without any.
  package var range: ClosedRange<Float> { lower <= upper ? lower...upper : 0...0 }

  package mutating func add(_ values: [Float]) {
    var least = lower
    var greatest = upper
    for value in values where value.isFinite {
      least = min(least, value)
      greatest = max(greatest, value)
    }
    guard least <= greatest else { return }
    (lower, upper) = (least, greatest)
    grow(to: max(abs(least), abs(greatest)))
    let scale = 1 / width
    for value in values where value.isFinite {
      let bin = Int((value * scale).rounded(.down)) + Self.half
      counts[min(max(bin, 0), 2 * Self.half - 1)] += 1
    }
  }

  private mutating func grow(to magnitude: Float) {
    if width == 0 {
      let exponent = max(magnitude, .leastNormalMagnitude * 1e6).exponent
      width = Float(sign: .plus, exponent: exponent, significand: 1) * 2 / Float(Self.half)
      return
    }
    while magnitude > width * Float(Self.half) {
      var joined = [Int](repeating: 0, count: 2 * Self.half)
      for (bin, count) in counts.enumerated() where count > 0 {
        joined[((bin - Self.half) >> 1) + Self.half] += count
      }
      counts = joined
      width *= 2
    }
  }

  /// The bins that hold anything: their middle, at the ends not beyond the range, and their count.
  package var bins: [(center: Float, count: Int)] {
    counts.enumerated().compactMap { bin, count in
      guard count > 0 else { return nil }
      let center = (Float(bin - Self.half) + 0.5) * width
      return (min(max(center, lower), upper), count)
    }
  }
}
