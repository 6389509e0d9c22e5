import DLGraph

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Double {
  /// The function as evaluation computes it, in double precision.
  ///
  /// - Requires: the function accepts floats.
  static func implementation(of function: UnaryFunction, on type: ElementType) -> (Double) -> Double {
    switch function {
    case .negate: { -$0 }
    case .abs: { Swift.abs($0) }
    case .sign: { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .exp: { exp($0) }
    case .expm1: { expm1($0) }
    case .log: { log($0) }
    case .log1p: { log1p($0) }
    case .sqrt: { $0.squareRoot() }
    case .rsqrt: { 1 / $0.squareRoot() }
    case .sin: { sin($0) }
    case .cos: { cos($0) }
    case .tan: { tan($0) }
    case .tanh: { tanh($0) }
    case .sigmoid: { 1 / (1 + exp(-$0)) }
    case .erf: { erf($0) }
    case .floor: { $0.rounded(.down) }
    case .ceil: { $0.rounded(.up) }
    case .round: { $0.rounded(.toNearestOrEven) }
    case .not: { $0 }
    }
  }

  /// The function as evaluation computes it, in double precision.
  ///
  /// - Requires: the function accepts floats.
  static func implementation(of function: BinaryFunction, on type: ElementType) -> (Double, Double) -> Double
  {
    switch function {
    case .add: { $0 + $1 }
    case .subtract: { $0 - $1 }
    case .multiply: { $0 * $1 }
    case .divide: { $0 / $1 }
    case .remainder: { floorRemainder($0, $1) }
    case .power: { pow($0, $1) }
    // `Double.minimum` would ignore a NaN.
    case .minimum: { $0.isNaN || $1.isNaN ? $0 + $1 : Double.minimum($0, $1) }
    case .maximum: { $0.isNaN || $1.isNaN ? $0 + $1 : Double.maximum($0, $1) }
    case .atan2: { atan2($0, $1) }
    case .and, .or, .xor, .shiftLeft, .shiftRight: { a, _ in a }
    }
  }

  static func identity(of function: ReductionFunction, on type: ElementType) -> Double {
    switch function {
    case .sum, .any: 0
    case .product, .all: 1
    case .minimum: .infinity
    case .maximum: -.infinity
    }
  }
}

/// `a - floor(a / b) * b` without the rounding of the quotient; the sign of the divisor.
private func floorRemainder(_ a: Double, _ b: Double) -> Double {
  let remainder = fmod(a, b)
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder
}
