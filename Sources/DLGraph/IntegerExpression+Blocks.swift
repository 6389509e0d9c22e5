extension IntegerExpression {
  /// An expression as a position inside a block of constant size.
  struct Blocks {
    /// The number of the block.
    var index: IntegerExpression
    var size: Int
    /// The position in the block: `0..<size`.
    var position: IntegerExpression
    /// The number of blocks that the divisor spans.
    var count: Int
  }

  /// The expression as `index * size + position`, where `size` divides a constant divisor and the position is provably
  /// inside its block: dividing then concerns the index alone, `(14 * t + i) / 112 = t / 8` for `i` below 14.
  func blocks(dividing divisor: Self) -> Blocks? {
    guard let divisor = divisor.constantValue, divisor > 1 else { return nil }
    let sizes = Set(terms.map { Self.greatestCommonDivisor($0.coefficient, divisor) })
    for size in sizes.sorted(by: >) where size > 1 && size < divisor {
      let whole = terms.filter { $0.coefficient.floorModulo(size) == 0 }
      let rest = terms.filter { $0.coefficient.floorModulo(size) != 0 }
      let position = Self(constant: constant.floorModulo(size), terms: rest)
      guard position.isProvably(atLeast: 0), (Self(size) - 1 - position).isProvably(atLeast: 0) else {
        continue
      }
      let index = Self(
        constant: constant.floorDivided(by: size),
        terms: whole.map { Term(coefficient: $0.coefficient.floorDivided(by: size), factors: $0.factors) })
      return Blocks(index: index, size: size, position: position, count: divisor / size)
    }
    return nil
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a.magnitude, b.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    return Int(clamping: a)
  }
}
