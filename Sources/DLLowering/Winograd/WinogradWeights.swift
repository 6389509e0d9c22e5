import DLGraph
import DLLoops

/// Kernels `[O, C, 3, 3]` transformed and in the order in which the products read them:
/// `[ceil(O / width), points, C, width]`, padded with zeros.
struct WinogradWeights: Hashable {
  var transform: WinogradTransform
  /// The number of output channels side by side.
  var width: Int
}

extension WinogradWeights: WeightPacking {
  func panels(of literal: Literal) -> (count: Int, byteCount: Int) {
    ((literal.shape[0] + width - 1) / width, transform.productCount * literal.shape[1] * width * 4)
  }

  /// Writes transformed kernels. They are computed in double precision and rounded once.
  func write(_ panels: Range<Int>, of literal: Literal, to target: UnsafeMutableRawBufferPointer) {
    let (outputs, channels) = (literal.shape[0], literal.shape[1])
    let points = transform.productCount
    let target = target.bindMemory(to: Float.self)
    var kernel = TransformedKernel(transform)
    literal.withUnsafeBytes { source in
      let source = source.bindMemory(to: Float.self)
      // The outputs of a panel are innermost, because they lie side by side.
      for panel in panels {
        let start = (panel - panels.lowerBound) * points * channels * width
        for channel in 0..<channels {
          for place in 0..<min(width, outputs - panel * width) {
            kernel.transform(source, from: ((panel * width + place) * channels + channel) * 9)
            for point in 0..<points {
              target[start + (point * channels + channel) * width + place] = Float(kernel.values[point])
            }
          }
        }
      }
    }
  }
}

/// One kernel, transformed along both axes.
private struct TransformedKernel {
  private let matrix: [Double]
  private let size: Int
  private var halfway = [Double](repeating: 0, count: 3)
  private(set) var values: [Double]

  init(_ transform: WinogradTransform) {
    matrix = transform.kernelMatrix.flatMap { $0 }
    size = transform.inputSize
    values = [Double](repeating: 0, count: transform.productCount)
  }

  /// Takes on the kernel of nine elements from `start` on.
  mutating func transform(_ source: UnsafeBufferPointer<Float>, from start: Int) {
    for row in 0..<size {
      for column in 0..<3 {
        var sum = 0.0
        for i in 0..<3 { sum += matrix[3 * row + i] * Double(source[start + 3 * i + column]) }
        halfway[column] = sum
      }
      for column in 0..<size {
        var sum = 0.0
        for i in 0..<3 { sum += matrix[3 * column + i] * halfway[i] }
        values[row * size + column] = sum
      }
    }
  }
}
