import DLGraph

/// An operation whose attributes say everything: any number of operands, and results of given types.
struct Probe: Operation {
  var attributes: AttributeList
  var resultTypes: [TensorType] = []
  var name: String { "probe" }

  /// Without `type` it gives one result of the type of its first operand, or none without operands.
  func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    if case .boolean(true) = attributes["fails"] { throw TypeError("a probe that fails") }
    let count: Int
    if case .integer(let value) = attributes["count"] { count = value } else { count = 1 }
    guard (0...8).contains(count) else { throw TypeError("the count must be in 0...8") }
    if case .type(let type) = attributes["type"] { return [TensorType](repeating: type, count: count) }
    return [TensorType](repeating: operands.first ?? TensorType(.f32, []), count: count)
  }
}

/// The registry that knows the probe alone.
let probes = OperationRegistry([
  "probe": { (_, attributes) throws(TypeError) in Probe(attributes: attributes) }
])

/// A small generator of reproducible random numbers.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// Random integer expressions, each with a function that computes it step by step.
struct ExpressionGenerator {
  let symbols: [Symbol]
  var random: SplitMix

  struct Sample {
    var expression: IntegerExpression
    var value: ([Symbol: Int]) -> Int
  }

  mutating func sample(depth: Int) -> Sample {
    let choice = depth == 0 ? Int.random(in: 0...1, using: &random) : Int.random(in: 0...7, using: &random)
    if choice == 0 {
      let constant = Int.random(in: -6...6, using: &random)
      return Sample(expression: IntegerExpression(constant)) { _ in constant }
    }
    if choice == 1, let symbol = symbols.randomElement(using: &random) {
      return Sample(expression: IntegerExpression(symbol)) { $0[symbol] ?? 0 }
    }
    let a = sample(depth: depth - 1)
    let b = sample(depth: depth - 1)
    switch choice {
    case 2: return Sample(expression: a.expression + b.expression) { a.value($0) + b.value($0) }
    case 3: return Sample(expression: a.expression - b.expression) { a.value($0) - b.value($0) }
    case 4: return Sample(expression: a.expression * b.expression) { a.value($0) * b.value($0) }
    case 5:
      return Sample(expression: .min(a.expression, b.expression)) { min(a.value($0), b.value($0)) }
    case 6:
      return Sample(expression: .max(a.expression, b.expression)) { max(a.value($0), b.value($0)) }
    default:
      let divisor = positiveDivisor()
      if Bool.random(using: &random) {
        return Sample(expression: a.expression.floorDivided(by: divisor.expression)) {
          floorDivide(a.value($0), divisor.value($0))
        }
      }
      return Sample(expression: a.expression.modulo(divisor.expression)) {
        let (x, y) = (a.value($0), divisor.value($0))
        return x - y * floorDivide(x, y)
      }
    }
  }

  /// A constant or a symbol that is never less than 1.
  private mutating func positiveDivisor() -> Sample {
    if let symbol = symbols.filter({ $0.lower > 0 }).randomElement(using: &random),
      Bool.random(using: &random)
    {
      return Sample(expression: IntegerExpression(symbol)) { $0[symbol] ?? 1 }
    }
    let constant = Int.random(in: 1...6, using: &random)
    return Sample(expression: IntegerExpression(constant)) { _ in constant }
  }

  /// Values within the bounds of the symbols.
  mutating func assignment() -> [Symbol: Int] {
    var values: [Symbol: Int] = [:]
    for symbol in symbols {
      let upper = symbol.upper?.evaluate { values[$0] } ?? symbol.lower + 9
      values[symbol] = Int.random(in: symbol.lower...max(symbol.lower, upper), using: &random)
    }
    return values
  }
}

private func floorDivide(_ a: Int, _ b: Int) -> Int {
  var quotient = a / b
  if quotient * b > a { quotient -= 1 }
  return quotient
}
