import DLGraph
import DLSyntax

extension Elaborator {
  /// The result of a binary operator on values of compile time.
  func compileTimeResult(
    _ operation: BinaryExpression.Operator, _ a: Value, _ b: Value, at site: OperatorSite
  ) throws -> Value {
    if operation.isComparison { return .boolean(try compare(operation, a, b, at: site)) }
    switch (a, b) {
    case (.integer(let x), .integer(let y)): return try integerResult(operation, x, y, at: site)
    case (.integer, .float), (.float, .integer), (.float, .float):
      return try floatResult(operation, a, b, at: site)
    case (.boolean(let x), .boolean(let y)):
      switch operation {
      case .bitAnd: return .boolean(x && y)
      case .bitOr: return .boolean(x || y)
      case .bitXor: return .boolean(x != y)
      default: break
      }
    case (.string(let x), .string(let y)) where operation == .add:
      try limitLength(x.utf8.count + y.utf8.count, at: site.range)
      return .string(x + y)
    case (.list(let x), .list(let y)) where operation == .add:
      try limitLength(x.count + y.count, at: site.range)
      return .list(x + y)
    case (.tuple(let x), .tuple(let y)) where operation == .add:
      try limitLength(x.count + y.count, at: site.range)
      return .tuple(x + y)
    case (.list(let x), .integer(let n)) where operation == .multiply:
      let count = try max(constant(n, at: site.rightRange), 0)
      try limitLength(max(x.count, 1) * count, at: site.range)
      return .list(Array(repeating: x, count: count).flatMap { $0 })
    default: break
    }
    throw failure(.binaryOperands(a, b, of: site, at: site.range))
  }

  private func limitLength(_ count: Int, at range: SourceRange) throws {
    if count > Budget.maximumIterations { throw failure(.tooLarge(count, at: range)) }
  }

  private func integerResult(
    _ operation: BinaryExpression.Operator, _ a: IntegerExpression, _ b: IntegerExpression,
    at site: OperatorSite
  ) throws -> Value {
    switch operation {
    case .add: return .integer(a + b)
    case .subtract: return .integer(a - b)
    case .multiply: return .integer(a * b)
    case .divide, .remainder:
      if b == 0 { throw failure(.divisionByZero(at: site.rightRange)) }
      return .integer(operation == .divide ? a.floorDivided(by: b) : a.modulo(b))
    default: break
    }
    guard let x = a.constantValue, let y = b.constantValue else {
      throw failure(.openDimension(.integer(a.constantValue == nil ? a : b), at: site.range))
    }
    switch operation {
    case .power:
      return try y < 0 ? floatResult(.power, .integer(x), .integer(y), at: site) : .integer(Self.power(x, y))
    case .bitAnd: return .integer(x & y)
    case .bitOr: return .integer(x | y)
    case .bitXor: return .integer(x ^ y)
    case .shiftLeft: return .integer(x << y)
    case .shiftRight: return .integer(x >> y)
    default: throw failure(.binaryOperands(.integer(a), .integer(b), of: site, at: site.range))
    }
  }

  /// `base` to a power that is not negative; it saturates.
  private static func power(_ base: Int, _ exponent: Int) -> IntegerExpression {
    if base == 0 || base == 1 { return exponent == 0 ? 1 : IntegerExpression(base) }
    if base == -1 { return exponent % 2 == 0 ? 1 : -1 }
    // A base of magnitude 2 or more has saturated by then.
    return (0..<min(exponent, 64)).reduce(1 as IntegerExpression) { product, _ in
      product * IntegerExpression(base)
    }
  }

  private func floatResult(
    _ operation: BinaryExpression.Operator, _ a: Value, _ b: Value, at site: OperatorSite
  ) throws -> Value {
    guard let x = a.constantFloat, let y = b.constantFloat else {
      // An open dimension beside a float is a number of run time.
      let x = try scalar(a, .f32)
      let y = try scalar(b, .f32)
      return try apply(operation, .tensor(x), .tensor(y), at: site)
    }
    switch operation {
    case .add: return .float(x + y)
    case .subtract: return .float(x - y)
    case .multiply: return .float(x * y)
    case .divide: return .float(x / y)
    case .remainder: return .float(x - (x / y).rounded(.down) * y)
    case .power: return .float(Self.power(x, y))
    default: throw failure(.binaryOperands(a, b, of: site, at: site.range))
    }
  }

  private func compare(
    _ operation: BinaryExpression.Operator, _ a: Value, _ b: Value, at site: OperatorSite
  ) throws -> Bool {
    switch operation {
    case .equal, .notEqual:
      guard let isEqual = a.isEqual(to: b) else {
        throw failure(.openDimension(a.isOpen ? a : b, at: site.range))
      }
      return isEqual == (operation == .equal)
    case .less: return try isLess(a, b, at: site)
    case .greater: return try isLess(b, a, at: site)
    case .lessOrEqual: return try !isLess(b, a, at: site)
    default: return try !isLess(a, b, at: site)
    }
  }

  private func isLess(_ a: Value, _ b: Value, at site: OperatorSite) throws -> Bool {
    if case .integer(let x) = a, case .integer(let y) = b {
      if (y - x).isProvably(atLeast: 1) { return true }
      if (x - y).isProvably(atLeast: 0) { return false }
      throw failure(.openDimension(a.isOpen ? a : b, at: site.range))
    }
    if case .string(let x) = a, case .string(let y) = b { return x < y }
    guard let x = a.constantFloat, let y = b.constantFloat else {
      if a.isNumberOrBool, b.isNumberOrBool {
        throw failure(.openDimension(a.isOpen ? a : b, at: site.range))
      }
      throw failure(.binaryOperands(a, b, of: site, at: site.range))
    }
    return x < y
  }
}

extension Value {
  /// The number as a float; nil for anything but a number, and for an open dimension.
  var constantFloat: Double? {
    switch self {
    case .integer(let value): value.constantValue.map(Double.init)
    case .float(let value): value
    default: nil
    }
  }

  /// Whether it is an integer that is not known at compile time.
  var isOpen: Bool {
    if case .integer(let value) = self { value.constantValue == nil } else { false }
  }
}
