import DLGraph
import DLOperations
import DLSyntax

extension Elaborator {
  /// The value of `-x`, `!x`, `~x`.
  func value(of expression: UnaryExpression, in scope: Scope) throws -> Value {
    let operand = try evaluate(expression.operand, in: scope)
    switch (expression.operator, operand) {
    case (.negate, .integer(let value)): return .integer(-value)
    case (.negate, .float(let value)): return .float(-value)
    case (.negate, .tensor(let tensor)): return .tensor(try emit(Unary(.negate), tensor))
    case (.not, .boolean(let value)): return .boolean(!value)
    case (.not, .tensor): throw failure(.logicalOnTensor("!", instead: "~", at: expression.operatorRange))
    case (.complement, .tensor(let tensor)):
      guard UnaryFunction.not.accepts(tensor.elementType) else {
        throw failure(.functionRefusesElement("'~'", tensor.type, at: expression.operatorRange))
      }
      return .tensor(try emit(Unary(.not), tensor))
    case (.complement, .boolean(let value)): return .boolean(!value)
    case (.complement, .integer(let value)): return .integer(-value - 1)
    default:
      throw failure(
        .unaryOperand(
          expression.operator.rawValue, operand, at: expression.operatorRange,
          operand: expression.operand.range))
    }
  }

  /// The value of `a + b` and its like.
  func value(of expression: BinaryExpression, in scope: Scope) throws -> Value {
    if expression.operator == .and || expression.operator == .or {
      return try logicalValue(of: expression, in: scope)
    }
    let (a, b) = try both(evaluate(expression.left, in: scope), evaluate(expression.right, in: scope))
    let site = OperatorSite(
      name: expression.operator.rawValue, range: expression.operatorRange, leftRange: expression.left.range,
      rightRange: expression.right.range)
    currentRange = expression.range
    if case .divide = expression.operator, case .integer(let x, _) = expression.left,
      case .integer(let y, _) = expression.right, y != 0, x % y != 0
    {
      report(.inexactDivision(x, y, at: expression.range))
    }
    return try apply(expression.operator, a, b, at: site)
  }

  private func logicalValue(of expression: BinaryExpression, in scope: Scope) throws -> Value {
    let left = try logicalOperand(expression.left, of: expression, in: scope)
    if left == (expression.operator == .or) { return .boolean(left) }
    return .boolean(try logicalOperand(expression.right, of: expression, in: scope))
  }

  private func logicalOperand(
    _ operand: Expression, of expression: BinaryExpression, in scope: Scope
  ) throws -> Bool {
    let value = try evaluate(operand, in: scope)
    switch value {
    case .boolean(let value): return value
    case .tensor:
      let symbol = expression.operator.rawValue
      throw failure(.logicalOnTensor(symbol, instead: String(symbol.prefix(1)), at: expression.operatorRange))
    default: throw failure(.expectedKind("a Bool", found: value, at: operand.range))
    }
  }

  /// The result of a binary operator other than `&&` and `||`.
  func apply(_ operation: BinaryExpression.Operator, _ a: Value, _ b: Value, at site: OperatorSite) throws
    -> Value
  {
    if operation == .matrixMultiply { return .tensor(try matrixProduct(a, b, of: site)) }
    if case .equal = operation, a.isNull || b.isNull { return .boolean(a.isNull && b.isNull) }
    if case .notEqual = operation, a.isNull || b.isNull { return .boolean(!(a.isNull && b.isNull)) }
    if a.isTensor || b.isTensor { return .tensor(try elementwise(operation, a, b, at: site)) }
    return try compileTimeResult(operation, a, b, at: site)
  }

  private func elementwise(
    _ operation: BinaryExpression.Operator, _ a: Value, _ b: Value, at site: OperatorSite
  ) throws -> Tensor {
    for (value, range) in [(a, site.leftRange), (b, site.rightRange)]
    where !value.isTensor && !value.isNumberOrBool {
      throw failure(.binaryOperands(a, b, of: site, at: range))
    }
    var (x, y) = try operands(a, b, of: site)
    if let comparison = operation.comparison { return try emit(Compare(comparison), x, y) }
    guard let function = operation.function else {
      throw failure(.binaryOperands(a, b, of: site, at: site.range))
    }
    if operation == .divide, !x.elementType.isFloatingPoint {
      // As in PyTorch, the quotient of integers is a float; `floor_divide` keeps integers.
      x = try convert(x, to: .f32)
      y = try convert(y, to: .f32)
    }
    guard function.accepts(x.elementType) else {
      throw failure(.operatorRefusesElement(x.elementType, of: site))
    }
    return try emit(Binary(function), x, y)
  }
}

extension Value {
  var isTensor: Bool {
    if case .tensor = self { true } else { false }
  }

  var isNumberOrBool: Bool {
    switch self {
    case .integer, .float, .boolean: true
    default: false
    }
  }
}

extension BinaryExpression.Operator {
  var comparison: Comparison? {
    switch self {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    default: nil
    }
  }

  var function: BinaryFunction? {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .remainder: .remainder
    case .power: .power
    case .bitAnd: .and
    case .bitOr: .or
    case .bitXor: .xor
    case .shiftLeft: .shiftLeft
    case .shiftRight: .shiftRight
    default: nil
    }
  }
}
