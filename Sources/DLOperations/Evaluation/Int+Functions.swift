import DLGraph
import DLLoops

extension Int {
  /// The function as evaluation computes it, on 64 bits.
  ///
  /// - Requires: the function accepts the type.
  static func implementation(of function: UnaryFunction, on type: ElementType) -> (Int) -> Int {
    switch function {
    case .negate: { 0 &- $0 }
    case .abs: { $0 < 0 ? 0 &- $0 : $0 }
    case .sign: { $0.signum() }
    case .not: type == .bool ? { 1 - $0 } : { ~$0 }
    case .exp, .expm1, .log, .log1p, .sqrt, .rsqrt, .sin, .cos, .tan, .tanh, .sigmoid, .erf, .floor, .ceil,
      .round:
      { $0 }
    }
  }

  /// The function as evaluation computes it, on 64 bits.
  ///
  /// - Requires: the function accepts the type.
  static func implementation(of function: BinaryFunction, on type: ElementType) -> (Int, Int) -> Int {
    let width = type.byteCount * 8
    return switch function {
    case .add: { $0 &+ $1 }
    case .subtract: { $0 &- $1 }
    case .multiply: { $0 &* $1 }
    case .divide: { $0.floorQuotient($1) }
    case .remainder: { $1 == 0 ? 0 : $0 &- $1 &* $0.floorQuotient($1) }
    case .power: { $0.power($1) }
    case .minimum: { Swift.min($0, $1) }
    case .maximum: { Swift.max($0, $1) }
    case .and: { $0 & $1 }
    case .or: { $0 | $1 }
    case .xor: { $0 ^ $1 }
    case .shiftLeft: { $1 < 0 || $1 >= width ? 0 : $0 << $1 }
    case .shiftRight: { $0 >> ($1 < 0 ? width : Swift.min($1, width)) }
    case .atan2: { a, _ in a }
    }
  }

  static func identity(of function: ReductionFunction, on type: ElementType) -> Int {
    switch function {
    case .sum, .any: 0
    case .product, .all: 1
    case .minimum: type.greatestInteger
    case .maximum: type.leastInteger
    }
  }

  /// The floor of the quotient; 0 for a divisor of 0; wraps.
  func floorQuotient(_ divisor: Int) -> Int {
    if divisor == 0 { return 0 }
    if divisor == -1 { return 0 &- self }
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder != 0 && (remainder < 0) != (divisor < 0) ? quotient - 1 : quotient
  }

  /// The power, which wraps; for a negative exponent 1 for base 1, ±1 for base -1, else 0.
  private func power(_ exponent: Int) -> Int {
    if exponent < 0 {
      return self == 1 ? 1 : self == -1 ? (exponent & 1 == 0 ? 1 : -1) : 0
    }
    var (result, square, remaining) = (1, self, exponent)
    while remaining > 0 {
      if remaining & 1 == 1 { result = result &* square }
      square = square &* square
      remaining >>= 1
    }
    return result
  }
}
