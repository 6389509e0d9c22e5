import Foundation

/// How the range that bytes cover is chosen from the numbers that occur: outliers are worth clipping where the finer
/// steps for all others gain more.
public enum RangeEstimator: Hashable, Sendable {
  /// From the least to the greatest.
  case minMax
  /// All but this share of the numbers, in percent, at each end.
  case percentile(Double)
  /// The range with the least mean square error.
  case meanSquareError
  /// The range whose distribution is nearest to that of the numbers, by the Kullback–Leibler divergence. Migacz, "8-bit
  /// inference with TensorRT", 2017.
  case entropy

  /// The estimator of a name: `min-max`, `percentile`, `mse` or `entropy`; nil for any other.
  public init?(_ name: String) {
    switch name {
    case "min-max": self = .minMax
    case "percentile": self = .percentile(99.99)
    case "mse": self = .meanSquareError
    case "entropy": self = .entropy
    default: return nil
    }
  }

  public static let names = ["min-max", "percentile", "mse", "entropy"]

  /// The range of numbers that bytes are to cover.
  package func range(of histogram: Histogram) -> ClosedRange<Float> {
    let whole = histogram.range
    switch self {
    case .minMax: return whole
    case .percentile(let share): return Self.percentile(share / 100, histogram.bins, within: whole)
    case .meanSquareError:
      return Self.search(whole) { Self.squareError(histogram.bins, $0) }
    case .entropy:
      return Self.search(whole) { Self.divergence(histogram.bins, $0) }
    }
  }

  private typealias Bins = [(center: Float, count: Int)]

  private static func percentile(
    _ share: Double, _ bins: Bins, within whole: ClosedRange<Float>
  ) -> ClosedRange<Float> {
    let total = bins.reduce(0) { $0 + $1.count }
    let outside = Int(Double(total) * (1 - share))
    func end(_ bins: some Sequence<(center: Float, count: Int)>) -> Float {
      var passed = 0
      for bin in bins {
        passed += bin.count
        if passed > outside { return bin.center }
      }
      return 0
    }
    let (lower, upper) = (end(bins), end(bins.reversed()))
    return lower <= upper ? max(lower, whole.lowerBound)...min(upper, whole.upperBound) : whole
  }

  /// The best of the ranges that end at a share of each end of the whole one, first one end and then the other.
  private static func search(
    _ whole: ClosedRange<Float>, _ cost: (ClosedRange<Float>) -> Double
  ) -> ClosedRange<Float> {
    let shares = stride(from: 64, through: 8, by: -1).map { Float($0) / 64 }
    var best = min(whole.lowerBound, 0)...max(whole.upperBound, 0)
    var least = cost(best)
    for _ in 0..<2 {
      for end in [true, false] {
        let (lower, upper) = (best.lowerBound, best.upperBound)
        for share in shares {
          let candidate =
            end ? lower...max(whole.upperBound, 0) * share : min(whole.lowerBound, 0) * share...upper
          let value = cost(candidate)
          if value < least { (best, least) = (candidate, value) }
        }
      }
    }
    return best
  }

  private static func squareError(_ bins: Bins, _ range: ClosedRange<Float>) -> Double {
    let scale = AffineScale(covering: range)
    let inverse = 1 / scale.scale
    let zero = Float(scale.zeroPoint)
    return bins.reduce(into: 0.0) { sum, bin in
      let level = min(max((bin.center * inverse).rounded() + zero, 0), 255)
      let error = Double((level - zero) * scale.scale - bin.center)
      sum += error * error * Double(bin.count)
    }
  }

  /// The divergence between the numbers clipped to a range and their rounded distribution.
  private static func divergence(_ bins: Bins, _ range: ClosedRange<Float>) -> Double {
    let scale = AffineScale(covering: range)
    let inside = bins.filter { range.contains($0.center) }
    guard !inside.isEmpty else { return .infinity }
    var clipped = inside.map { Double($0.count) }
    for bin in bins where !range.contains(bin.center) {
      clipped[bin.center < range.lowerBound ? 0 : clipped.count - 1] += Double(bin.count)
    }
    var levels: [Int: (sum: Double, bins: Double)] = [:]
    let places = inside.map { Int(($0.center / scale.scale).rounded()) }
    for (place, bin) in zip(places, inside) {
      let level = levels[place] ?? (0, 0)
      levels[place] = (level.sum + Double(bin.count), level.bins + 1)
    }
    let total = clipped.reduce(0, +)
    let kept = inside.reduce(0.0) { $0 + Double($1.count) }
    return zip(clipped, places).reduce(into: 0.0) { sum, part in
      guard let level = levels[part.1] else { return }
      let p = part.0 / total
      sum += p * log(p / (level.sum / level.bins / kept))
    }
  }
}
