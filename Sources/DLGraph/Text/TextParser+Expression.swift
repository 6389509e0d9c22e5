// Types and dimensions.

extension TextParser {
  /// What a name in an expression stands for; nil where it is unknown.
  typealias Resolver = (_ name: String) -> IntegerExpression?

  /// Larger expressions come from no shape, but take long.
  private static let maximumSize = 512

  mutating func type() throws(TextError) -> TensorType {
    let token = try take(.identifier, "a type")
    guard let elementType = ElementType(rawValue: token.text) else {
      throw error("'\(token.text)' is not an element type", at: token)
    }
    return TensorType(elementType, try dimensions())
  }

  /// Expressions in brackets.
  mutating func dimensions() throws(TextError) -> [Dimension] {
    var dimensions: [Dimension] = []
    try expect("[")
    try list(until: "]") { (parser) throws(TextError) in dimensions.append(try parser.dimension()) }
    return dimensions
  }

  private mutating func dimension() throws(TextError) -> Dimension {
    let scope = scope
    return try expression { name in scope.last { $0.name == name }.map { IntegerExpression($0) } }
  }

  /// A sum.
  mutating func expression(_ resolve: Resolver) throws(TextError) -> IntegerExpression {
    let start = next
    var sum = try product(isNegated: skip("-"), resolve)
    while at("+") || at("-") {
      sum += try product(isNegated: take().text == "-", resolve)
      if sum.size > Self.maximumSize { throw error("the expression is too large", at: start) }
    }
    return sum
  }

  private mutating func product(isNegated: Bool, _ resolve: Resolver) throws(TextError) -> IntegerExpression {
    let start = next
    var product: IntegerExpression
    if next.kind == .number {
      // With its sign, so that the least integer is one.
      product = try integer(isNegated ? "-" : "")
    } else {
      product = try operand(resolve)
      if isNegated { product = -product }
    }
    while at("*") || at("/") || at("%") {
      let sign = take().text
      let factor = try operand(resolve)
      if product.size * factor.size > Self.maximumSize {
        throw error("the expression is too large", at: start)
      }
      switch sign {
      case "*": product *= factor
      case "/": product = product.floorDivided(by: factor)
      default: product = product.modulo(factor)
      }
    }
    return product
  }

  private mutating func operand(_ resolve: Resolver) throws(TextError) -> IntegerExpression {
    try nested { (parser) throws(TextError) in try parser.unnestedOperand(resolve) }
  }

  private mutating func unnestedOperand(_ resolve: Resolver) throws(TextError) -> IntegerExpression {
    if next.kind == .number { return try integer("") }
    if skip("(") {
      let value = try expression(resolve)
      try expect(")")
      return value
    }
    let name = try take(.identifier, "a dimension")
    if name.text == "min" || name.text == "max", skip("(") {
      let a = try expression(resolve)
      try expect(",")
      let b = try expression(resolve)
      try expect(")")
      return name.text == "min" ? .min(a, b) : .max(a, b)
    }
    guard let value = resolve(name.text) else {
      throw error("the symbol '\(name.text)' is not declared", at: name)
    }
    return value
  }

  private mutating func integer(_ sign: String) throws(TextError) -> IntegerExpression {
    guard let value = Int(sign + next.text) else { throw expected("a 64-bit integer") }
    take()
    return IntegerExpression(value)
  }
}

extension IntegerExpression {
  /// About what arithmetic on it costs.
  fileprivate var size: Int { terms.reduce(1) { $0 + $1.factors.count } }
}
