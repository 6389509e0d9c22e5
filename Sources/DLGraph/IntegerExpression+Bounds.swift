extension IntegerExpression {
  /// The least value over all values of the symbols; nil where there is no bound.
  public var lowerBound: Int? { bounds.lower }

  /// The greatest value over all values of the symbols; nil where there is no bound.
  public var upperBound: Int? { bounds.upper }

  /// True only if the expression is never below `bound`.
  public func isProvably(atLeast bound: Int) -> Bool {
    if let value = constantValue { return value >= bound }
    if let lower = bounds.lower, lower >= bound { return true }
    // Replace one loop index by its symbolic bound and look again: `T - 1 - t` with `t <= T - 1` is not negative.
    for term in terms {
      for factor in term.factors {
        guard case .symbol(let symbol) = factor, let upper = symbol.upper, upper.constantValue == nil else {
          continue
        }
        let occurrences = terms.filter { $0.factors.contains(factor) }
        guard occurrences.allSatisfy({ $0.coefficient < 0 && $0.othersAreNonNegative(than: factor) }) else {
          continue
        }
        return substituting([symbol: upper]).isProvably(atLeast: bound)
      }
    }
    return false
  }

  private var bounds: Interval {
    var sum = Interval(lower: constant, upper: constant)
    for term in terms {
      var product = Interval(lower: term.coefficient, upper: term.coefficient)
      for factor in term.factors { product = product * factor.bounds }
      sum = sum + product
    }
    return sum
  }
}

extension IntegerExpression.Term {
  fileprivate func othersAreNonNegative(than atom: IntegerExpression.Atom) -> Bool {
    factors.filter { $0 == atom }.count == 1
      && factors.allSatisfy { $0 == atom || ($0.bounds.lower ?? -1) >= 0 }
  }
}

extension IntegerExpression.Atom {
  fileprivate var bounds: Interval {
    switch self {
    case .symbol(let symbol):
      return Interval(lower: symbol.lower, upper: symbol.upper?.upperBound)
    case .floorDivide(let a, let b):
      guard let low = b.lowerBound, low > 0 else { return Interval(lower: nil, upper: nil) }
      // A smaller positive divisor gives the larger magnitude.
      let high = b.upperBound
      let lower = a.lowerBound.flatMap {
        $0 >= 0 ? high.map($0.floorDivided(by:)) ?? 0 : $0.floorDivided(by: low)
      }
      let upper = a.upperBound.flatMap {
        $0 >= 0 ? $0.floorDivided(by: low) : high.map($0.floorDivided(by:)) ?? -1
      }
      return Interval(lower: lower, upper: upper)
    case .modulo(_, let b):
      guard let low = b.lowerBound, low > 0 else { return Interval(lower: nil, upper: nil) }
      return Interval(lower: 0, upper: b.upperBound.map { $0 - 1 })
    case .minimum(let a, let b):
      let lower = a.lowerBound.flatMap { x in b.lowerBound.map { Swift.min(x, $0) } }
      let upper = [a.upperBound, b.upperBound].compactMap { $0 }.min()
      return Interval(lower: lower, upper: upper)
    case .maximum(let a, let b):
      let lower = [a.lowerBound, b.lowerBound].compactMap { $0 }.max()
      let upper = a.upperBound.flatMap { x in b.upperBound.map { Swift.max(x, $0) } }
      return Interval(lower: lower, upper: upper)
    }
  }
}

/// A range of integers; nil is unbounded.
private struct Interval {
  var lower: Int?
  var upper: Int?

  static func + (a: Self, b: Self) -> Self {
    Self(
      lower: a.lower.flatMap { x in b.lower.map { x.addingSaturated($0) } },
      upper: a.upper.flatMap { x in b.upper.map { x.addingSaturated($0) } })
  }

  static func * (a: Self, b: Self) -> Self {
    guard let p = a.lower, let q = a.upper, let r = b.lower, let s = b.upper else {
      // With an open end, only the product of non-negative factors keeps a bound.
      if let p = a.lower, let r = b.lower, p >= 0, r >= 0 {
        return Self(lower: p.multipliedSaturated(r), upper: nil)
      }
      if let q = a.upper, q <= 0, let r = b.lower, r >= 0 {
        return Self(lower: nil, upper: q.multipliedSaturated(r))
      }
      if let s = b.upper, s <= 0, let p = a.lower, p >= 0 {
        return Self(lower: nil, upper: s.multipliedSaturated(p))
      }
      return Self(lower: nil, upper: nil)
    }
    let products = [
      p.multipliedSaturated(r), p.multipliedSaturated(s), q.multipliedSaturated(r), q.multipliedSaturated(s),
    ]
    return Self(lower: products.min(), upper: products.max())
  }
}
