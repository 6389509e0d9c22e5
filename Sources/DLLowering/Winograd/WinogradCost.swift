import DLGraph
import DLLoops

/// A model of how long a convolution takes, directly and by Winograd's method, on one core.
struct WinogradCost {
  private let problem: WinogradProblem
  private let lanes: Int

  /// The vectors of multiply-adds in a cycle that the inner loops reach.
  private static let multiplyAdds = 1.85
  /// The bytes of weights that come from memory in a cycle.
  private static let bytes = 10.0
  /// The part of the shorter one of computing and reading that does not overlap with the longer one.
  private static let exposed = 0.3

  init(_ problem: WinogradProblem, _ target: TargetDescription) {
    self.problem = problem
    lanes = target.lanes(of: .f32)
  }

  private func vectors(_ count: Int) -> Double { Double((count + lanes - 1) / lanes) }

  private func cycles(computing: Double, weights: Double) -> Double {
    let reading = weights * 4 / Self.bytes
    return max(computing, reading) + Self.exposed * min(computing, reading)
  }

  var directCycles: Double {
    let pixels = Double(problem.shape.dropLast().product.upperBound ?? 1 << 20)
    let (channels, outputs) = (Double(problem.channels), Double(problem.outputs))
    return cycles(
      computing: pixels * vectors(problem.outputs) * channels * 9 / Self.multiplyAdds,
      weights: channels * outputs * 9)
  }

  func cycles(_ transform: WinogradTransform) -> Double {
    let tiles = Double(problem.tileCount(transform).upperBound ?? 1 << 20)
    let points = Double(transform.productCount)
    let (channels, outputs) = (Double(problem.channels), Double(problem.outputs))
    let products = points * vectors(problem.outputs) * channels / Self.multiplyAdds
    // Each point is read, transformed along both axes and written.
    let transforms = points * 3 * (vectors(problem.channels) + 1.5 * vectors(problem.outputs))
    return cycles(
      computing: tiles * (products + transforms), weights: channels * outputs * points)
  }
}
