// A total order of expressions, so that the canonical form is unique and dumps are reproducible.

extension IntegerExpression {
  func precedes(_ other: Self) -> Bool { compare(other) < 0 }

  fileprivate func compare(_ other: Self) -> Int {
    for (a, b) in zip(terms, other.terms) {
      let order = compareFactors(a.factors, b.factors)
      if order != 0 { return order }
      if a.coefficient != b.coefficient { return a.coefficient < b.coefficient ? -1 : 1 }
    }
    if terms.count != other.terms.count { return terms.count < other.terms.count ? -1 : 1 }
    return constant == other.constant ? 0 : constant < other.constant ? -1 : 1
  }
}

extension IntegerExpression.Atom {
  func precedes(_ other: Self) -> Bool { compare(other) < 0 }

  fileprivate func compare(_ other: Self) -> Int {
    switch (self, other) {
    case (.symbol(let a), .symbol(let b)):
      if a.name != b.name { return a.name < b.name ? -1 : 1 }
      if a.lower != b.lower { return a.lower < b.lower ? -1 : 1 }
      switch (a.upper, b.upper) {
      case (nil, nil): return 0
      case (nil, _): return -1
      case (_, nil): return 1
      case (let x?, let y?): return x.compare(y)
      }
    case (.floorDivide(let a, let b), .floorDivide(let c, let d)),
      (.modulo(let a, let b), .modulo(let c, let d)),
      (.minimum(let a, let b), .minimum(let c, let d)), (.maximum(let a, let b), .maximum(let c, let d)):
      let order = a.compare(c)
      return order != 0 ? order : b.compare(d)
    default: return rank < other.rank ? -1 : 1
    }
  }

  private var rank: Int {
    switch self {
    case .symbol: 0
    case .floorDivide: 1
    case .modulo: 2
    case .minimum: 3
    case .maximum: 4
    }
  }
}

extension [IntegerExpression.Atom] {
  func precedes(_ other: Self) -> Bool { compareFactors(self, other) < 0 }
}

private func compareFactors(_ a: [IntegerExpression.Atom], _ b: [IntegerExpression.Atom]) -> Int {
  for (x, y) in zip(a, b) {
    let order = x.compare(y)
    if order != 0 { return order }
  }
  return a.count == b.count ? 0 : a.count < b.count ? -1 : 1
}
