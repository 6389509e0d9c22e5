import DLGraph
import Foundation

/// How near outputs are to what they should be.
package struct OutputQuality: Sendable {
  /// The sum of the squares of the expected numbers.
  private var signal = 0.0
  /// The sum of the squares of the differences.
  private var noise = 0.0
  package private(set) var greatestError = 0.0

  package init() {}

  package mutating func add(_ found: [Float], expected: [Float]) {
    for (found, expected) in zip(found, expected) where expected.isFinite {
      let error = Double(found) - Double(expected)
      signal += Double(expected) * Double(expected)
      noise += error * error
      greatestError = error.isNaN ? .infinity : max(greatestError, abs(error))
    }
  }

  /// In decibels; infinite where nothing differs.
  package var signalToNoise: Double {
    if noise == 0 { return .infinity }
    return noise.isNaN ? -.infinity : 10 * log10(signal / noise)
  }
}

extension Literal {
  /// The elements of a floating-point tensor as `f32`; nil for any other.
  package var floats: [Float]? {
    switch elementType {
    case .f32: elements(as: Float.self)
    case .f64: elements(as: Double.self).map { Float($0) }
    case .f16: elements(as: Float16.self).map { Float($0) }
    case .bf16: elements(as: UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
    default: nil
    }
  }

  /// For each index of the first axis, the place of the greatest number of its row; nil for integers and scalars.
  package var classes: [Int]? {
    guard let values = floats, let count = shape.first, count > 0 else { return nil }
    let width = values.count / count
    guard width > 0 else { return nil }
    return (0..<count).map { row in
      (0..<width).max { values[row * width + $0] < values[row * width + $1] } ?? 0
    }
  }
}
