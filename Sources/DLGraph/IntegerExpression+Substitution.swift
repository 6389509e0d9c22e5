extension IntegerExpression {
  /// The expression with symbols replaced, simplified anew.
  public func substituting(_ replacements: [Symbol: IntegerExpression]) -> IntegerExpression {
    if terms.isEmpty || replacements.isEmpty { return self }
    var result = IntegerExpression(constant)
    for term in terms {
      var product = IntegerExpression(term.coefficient)
      for factor in term.factors { product *= factor.substituting(replacements) }
      result += product
    }
    return result
  }

  /// The value for given symbols.
  ///
  /// - Returns: nil where a symbol has no value.
  public func evaluate(_ value: (Symbol) -> Int?) -> Int? {
    var sum = constant
    for term in terms {
      var product = term.coefficient
      for factor in term.factors {
        guard let factor = factor.evaluate(value) else { return nil }
        product = product.multipliedSaturated(factor)
      }
      sum = sum.addingSaturated(product)
    }
    return sum
  }

  /// The coefficient of a symbol where the expression is `coefficient * symbol + rest` and the rest is free of it.
  ///
  /// - Returns: nil where the symbol occurs in any other way (squared, under a division); 0 where it does not occur.
  public func linearCoefficient(of symbol: Symbol) -> IntegerExpression? {
    var coefficient: IntegerExpression = 0
    for term in terms {
      let index = term.factors.firstIndex(of: .symbol(symbol))
      var others = term.factors
      if let index { others.remove(at: index) }
      let rest = IntegerExpression(constant: 0, terms: [Term(coefficient: term.coefficient, factors: others)])
      if rest.symbols.contains(symbol) { return nil }
      if index != nil { coefficient += rest }
    }
    return coefficient
  }
}

extension IntegerExpression.Atom {
  fileprivate func substituting(_ replacements: [Symbol: IntegerExpression]) -> IntegerExpression {
    switch self {
    case .symbol(let symbol): replacements[symbol] ?? IntegerExpression(self)
    case .floorDivide(let a, let b):
      a.substituting(replacements).floorDivided(by: b.substituting(replacements))
    case .modulo(let a, let b): a.substituting(replacements).modulo(b.substituting(replacements))
    case .minimum(let a, let b): .min(a.substituting(replacements), b.substituting(replacements))
    case .maximum(let a, let b): .max(a.substituting(replacements), b.substituting(replacements))
    }
  }

  fileprivate func evaluate(_ value: (Symbol) -> Int?) -> Int? {
    switch self {
    case .symbol(let symbol): return value(symbol)
    case .floorDivide(let a, let b):
      guard let x = a.evaluate(value), let y = b.evaluate(value) else { return nil }
      return y == 0 ? 0 : x.floorDivided(by: y)
    case .modulo(let a, let b):
      guard let x = a.evaluate(value), let y = b.evaluate(value) else { return nil }
      return y == 0 ? 0 : x.floorModulo(y)
    case .minimum(let a, let b):
      guard let x = a.evaluate(value), let y = b.evaluate(value) else { return nil }
      return Swift.min(x, y)
    case .maximum(let a, let b):
      guard let x = a.evaluate(value), let y = b.evaluate(value) else { return nil }
      return Swift.max(x, y)
    }
  }
}
