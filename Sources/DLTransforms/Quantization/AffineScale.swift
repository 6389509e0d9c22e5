/// How numbers become bytes: `q = round(x / scale) + zeroPoint`, within 0...255.
package struct AffineScale: Hashable, Sendable {
  package var scale: Float
  package var zeroPoint: Int

  package init(scale: Float, zeroPoint: Int) {
    self.scale = scale
    self.zeroPoint = zeroPoint
  }

  /// The scale with which the bytes cover a range, widened so that 0 is exact.
  package init(covering range: ClosedRange<Float>) {
    let lower = min(range.lowerBound, 0)
    let upper = max(range.upperBound, 0)
    let scale = (upper - lower) / 255
    // A range too narrow to divide by holds nothing but zeros.
    guard scale.isNormal, (1 / scale).isFinite else {
      self.init(scale: 1, zeroPoint: 0)
      return
    }
    self.init(scale: scale, zeroPoint: Int(min(max((-lower / scale).rounded(.toNearestOrEven), 0), 255)))
  }
}
