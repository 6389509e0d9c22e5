/// An integer variable: a dimension left open, or the index of a loop.
public struct Symbol: Hashable, Sendable {
  public let name: String
  /// The least value.
  public let lower: Int
  /// The greatest value; nil where there is no bound. It may refer to other symbols.
  public let upper: IntegerExpression?

  public init(_ name: String, lower: Int = 0, upper: IntegerExpression? = nil) {
    self.name = name
    self.lower = lower
    self.upper = upper
  }
}

/// An integer expression over symbols, kept in canonical form: a sum of products.
///
/// Two expressions that are equal as polynomials are `==`. Division is floor division. Arithmetic saturates at the
/// bounds of `Int`, so that a shape of absurd size is a large number instead of a trap.
public struct IntegerExpression: Hashable, Sendable {
  /// One product of the sum: a coefficient and its factors in ascending order, repeated for powers.
  public struct Term: Hashable, Sendable {
    public var coefficient: Int
    public var factors: [Atom]
  }

  /// A factor that is not itself a sum or product.
  public enum Atom: Hashable, Sendable {
    case symbol(Symbol)
    case floorDivide(IntegerExpression, IntegerExpression)
    case modulo(IntegerExpression, IntegerExpression)
    case minimum(IntegerExpression, IntegerExpression)
    case maximum(IntegerExpression, IntegerExpression)
  }

  /// The products, in ascending order of their factors; none has coefficient 0 or no factor.
  public private(set) var terms: [Term]
  public private(set) var constant: Int

  public init(_ constant: Int) {
    self.constant = constant
    terms = []
  }

  public init(_ symbol: Symbol) { self.init(.symbol(symbol)) }

  /// The atom alone.
  package init(_ atom: Atom) {
    constant = 0
    terms = [Term(coefficient: 1, factors: [atom])]
  }

  /// The canonical form of a sum of terms.
  init(constant: Int, terms: [Term]) {
    var constant = constant
    var kept: [Term] = []
    for term in terms.sorted(by: { $0.factors.precedes($1.factors) }) {
      if term.factors.isEmpty {
        constant = constant.addingSaturated(term.coefficient)
      } else if kept.last?.factors == term.factors {
        kept[kept.count - 1].coefficient = kept[kept.count - 1].coefficient.addingSaturated(term.coefficient)
        if kept[kept.count - 1].coefficient == 0 { kept.removeLast() }
      } else if term.coefficient != 0 {
        kept.append(term)
      }
    }
    self.constant = constant
    self.terms = kept
    recombineQuotients()
  }

  /// The value where no symbol occurs.
  public var constantValue: Int? { terms.isEmpty ? constant : nil }

  /// The symbol where the expression is exactly one.
  public var symbol: Symbol? {
    guard constant == 0, terms.count == 1, terms[0].coefficient == 1, terms[0].factors.count == 1,
      case .symbol(let symbol) = terms[0].factors[0]
    else { return nil }
    return symbol
  }

  /// Every symbol that occurs, in ascending order of name.
  public var symbols: [Symbol] {
    var found: Set<Symbol> = []
    collectSymbols(into: &found)
    return found.sorted { $0.name < $1.name }
  }

  private func collectSymbols(into found: inout Set<Symbol>) {
    for term in terms {
      for factor in term.factors {
        switch factor {
        case .symbol(let symbol): found.insert(symbol)
        case .floorDivide(let a, let b), .modulo(let a, let b), .minimum(let a, let b),
          .maximum(let a, let b):
          a.collectSymbols(into: &found)
          b.collectSymbols(into: &found)
        }
      }
    }
  }

  /// `q * d * (x / d) + q * (x % d)` ⇒ `q * x`: what remains when a reshape is undone.
  private mutating func recombineQuotients() {
    for (i, term) in terms.enumerated() {
      for (f, factor) in term.factors.enumerated() {
        guard case .modulo(let x, let d) = factor else { continue }
        var others = term.factors
        others.remove(at: f)
        let q = IntegerExpression(constant: 0, terms: [Term(coefficient: term.coefficient, factors: others)])
        let partner = q * d * IntegerExpression(.floorDivide(x, d))
        guard partner.terms.count == 1, let j = terms.firstIndex(of: partner.terms[0]) else { continue }
        var rest = terms
        for index in [i, j].sorted(by: >) { rest.remove(at: index) }
        self = IntegerExpression(constant: constant, terms: rest) + q * x
        return
      }
    }
  }
}

extension IntegerExpression: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
}

// MARK: Arithmetic

extension IntegerExpression {
  public static func + (a: Self, b: Self) -> Self {
    if b.terms.isEmpty {
      var sum = a
      sum.constant = a.constant.addingSaturated(b.constant)
      return sum
    }
    return IntegerExpression(constant: a.constant.addingSaturated(b.constant), terms: a.terms + b.terms)
  }

  public static prefix func - (a: Self) -> Self { a * -1 }

  public static func - (a: Self, b: Self) -> Self { a + b * -1 }

  public static func * (a: Self, b: Self) -> Self {
    if let x = a.constantValue, let y = b.constantValue { return Self(x.multipliedSaturated(y)) }
    var products: [Term] = []
    for x in a.allTerms {
      for y in b.allTerms {
        let factors = (x.factors + y.factors).sorted { $0.precedes($1) }
        products.append(Term(coefficient: x.coefficient.multipliedSaturated(y.coefficient), factors: factors))
      }
    }
    return IntegerExpression(constant: 0, terms: products)
  }

  public static func += (a: inout Self, b: Self) { a = a + b }
  public static func -= (a: inout Self, b: Self) { a = a - b }
  public static func *= (a: inout Self, b: Self) { a = a * b }

  /// The terms, with the constant as a term without factors.
  private var allTerms: [Term] { constant == 0 ? terms : terms + [Term(coefficient: constant, factors: [])] }

  /// Floor division. Division by a constant 0 gives 0.
  public func floorDivided(by divisor: Self) -> Self {
    if divisor == 0 { return 0 }
    if divisor == 1 { return self }
    if let a = constantValue, let b = divisor.constantValue { return Self(a.floorDivided(by: b)) }
    if self == divisor { return 1 }
    let (quotient, rest) = split(by: divisor)
    if rest == 0 || rest.isProvably(atLeast: 0) && (divisor - 1 - rest).isProvably(atLeast: 0) {
      return quotient
    }
    // (x / a) / b = x / (a * b) for positive a and b.
    if let outer = divisor.constantValue, outer > 0, rest.constant == 0, rest.terms.count == 1,
      rest.terms[0].coefficient == 1, rest.terms[0].factors.count == 1,
      case .floorDivide(let x, let inner) = rest.terms[0].factors[0], let a = inner.constantValue, a > 0
    {
      return quotient + x.floorDivided(by: Self(a.multipliedSaturated(outer)))
    }
    if let blocks = rest.blocks(dividing: divisor) {
      return quotient + blocks.index.floorDivided(by: Self(blocks.count))
    }
    return quotient + IntegerExpression(.floorDivide(rest, divisor))
  }

  /// Floor modulus: the sign of the divisor. Modulus by a constant 0 gives 0.
  public func modulo(_ divisor: Self) -> Self {
    if divisor == 0 || divisor == 1 { return 0 }
    if let a = constantValue, let b = divisor.constantValue { return Self(a.floorModulo(b)) }
    let (_, rest) = split(by: divisor)
    if rest.isProvably(atLeast: 0) && (divisor - 1 - rest).isProvably(atLeast: 0) { return rest }
    if let blocks = rest.blocks(dividing: divisor) {
      return blocks.index.modulo(Self(blocks.count)) * Self(blocks.size) + blocks.position
    }
    return IntegerExpression(.modulo(rest, divisor))
  }

  public static func min(_ a: Self, _ b: Self) -> Self {
    if (b - a).isProvably(atLeast: 0) { return a }
    if (a - b).isProvably(atLeast: 0) { return b }
    return IntegerExpression(a.precedes(b) ? .minimum(a, b) : .minimum(b, a))
  }

  public static func max(_ a: Self, _ b: Self) -> Self {
    if (b - a).isProvably(atLeast: 0) { return b }
    if (a - b).isProvably(atLeast: 0) { return a }
    return IntegerExpression(a.precedes(b) ? .maximum(a, b) : .maximum(b, a))
  }

  /// `self = quotient * divisor + rest`, where the quotient takes every term that the divisor divides exactly.
  private func split(by divisor: Self) -> (quotient: Self, rest: Self) {
    let leading: Term
    if let constant = divisor.constantValue {
      leading = Term(coefficient: constant, factors: [])
    } else if divisor.terms.count == 1, divisor.constant == 0 {
      leading = divisor.terms[0]
    } else {
      return (0, self)
    }
    var quotient: [Term] = []
    var rest: [Term] = []
    for term in allTerms {
      if let divided = term.divided(by: leading) { quotient.append(divided) } else { rest.append(term) }
    }
    // A constant splits into a multiple of the divisor and a remainder in 0..<divisor.
    if let d = divisor.constantValue, d > 0, let index = rest.firstIndex(where: { $0.factors.isEmpty }) {
      let value = rest[index].coefficient
      quotient.append(Term(coefficient: value.floorDivided(by: d), factors: []))
      rest[index].coefficient = value.floorModulo(d)
    }
    return (IntegerExpression(constant: 0, terms: quotient), IntegerExpression(constant: 0, terms: rest))
  }
}

extension IntegerExpression.Term {
  /// The exact quotient by another product, if there is one.
  fileprivate func divided(by divisor: Self) -> Self? {
    guard divisor.coefficient != 0, coefficient.floorModulo(divisor.coefficient) == 0 else { return nil }
    var remaining = factors
    for factor in divisor.factors {
      guard let index = remaining.firstIndex(of: factor) else { return nil }
      remaining.remove(at: index)
    }
    return Self(coefficient: coefficient.floorDivided(by: divisor.coefficient), factors: remaining)
  }
}
