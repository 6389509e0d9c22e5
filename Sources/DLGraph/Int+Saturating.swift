extension Int {
  /// The sum, or the nearest representable value.
  package func addingSaturated(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  /// The product, or the nearest representable value.
  package func multipliedSaturated(_ other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? ((self < 0) != (other < 0) ? .min : .max) : product
  }

  /// The quotient rounded toward negative infinity.
  ///
  /// - Requires: `divisor` is not 0.
  package func floorDivided(by divisor: Int) -> Int {
    if divisor == -1 { return self == .min ? .max : -self }
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder != 0 && (remainder < 0) != (divisor < 0) ? quotient - 1 : quotient
  }

  /// The rest of the division rounded toward negative infinity, with the sign of the divisor.
  ///
  /// - Requires: `divisor` is not 0.
  package func floorModulo(_ divisor: Int) -> Int {
    if divisor == -1 { return 0 }
    let remainder = self % divisor
    return remainder != 0 && (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder
  }
}
