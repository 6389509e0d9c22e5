import DLGraph
import DLTestSupport
import DLTransforms
import Testing

/// How ranges are learnt.
struct CalibrationTests {
  private func histogram(_ parts: [Float]...) -> Histogram {
    var histogram = Histogram()
    for part in parts { histogram.add(part) }
    return histogram
  }

  @Test func theOrderOfNumbersDoesNotMatter() {
    let small = (0..<1000).map { Float($0) / 100_000 }
    let large: [Float] = [-300, 12, 4096.5]
    let (a, b) = (histogram(small, large), histogram(large, small))
    #expect(a.range == -300...4096.5 && b.range == a.range)
    #expect(a.bins.map(\.count) == b.bins.map(\.count))
    #expect(a.bins.reduce(0) { $0 + $1.count } == 1003)
  }

  @Test func onlyFiniteNumbersCount() {
    let values: [Float] = [.nan, .infinity, -.infinity, 0]
    #expect(histogram(values).range == 0...0)
    #expect(histogram([]).range == 0...0)
    for estimator in [RangeEstimator.minMax, .meanSquareError, .entropy, .percentile(99)] {
      #expect(estimator.range(of: histogram(values)) == 0...0)
      #expect(estimator.range(of: histogram([])) == 0...0)
    }
  }

  @Test func outliersAreClipped() {
    var generator = SplitMix(seed: 1)
    let values = (0..<20_000).map { _ in
      (0..<8).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &generator) }
    }
    let seen = histogram(values, [400])
    #expect(RangeEstimator.minMax.range(of: seen).upperBound == 400)
    #expect(RangeEstimator.percentile(99.9).range(of: seen).upperBound < 100)
    func error(_ range: ClosedRange<Float>) -> Float {
      let scale = AffineScale(covering: range)
      return values.reduce(0) { sum, value in
        let level = min(max((value / scale.scale).rounded() + Float(scale.zeroPoint), 0), 255)
        let difference = (level - Float(scale.zeroPoint)) * scale.scale - value
        return sum + difference * difference
      }
    }
    let whole = histogram(values)
    #expect(
      error(RangeEstimator.meanSquareError.range(of: whole)) <= error(RangeEstimator.minMax.range(of: whole))
        * 1.01)
  }

  @Test func zeroIsExact() {
    for range in [Float(-1)...3, 0.5...2, -7 ... -2, 0...0, -1e-38...1e-38] {
      let scale = AffineScale(covering: range)
      #expect((0...255).contains(scale.zeroPoint) && scale.scale.isNormal)
    }
    #expect(AffineScale(covering: 0.5...2).zeroPoint == 0)
  }
}
