import DLGraph
import DLSyntax

extension Elaborator {
  /// Binds the unknown names in the shapes of a declared type to the extents of the value.
  ///
  /// What doesn't fit is left to the check itself. In the type of a result (`isResult`) only capitalized names introduce
  /// a symbol: there any other unknown name is a mistake.
  func introduceSymbols(_ check: TypeCheck, in scope: Scope, isResult: Bool = false) {
    switch (check.type, check.value) {
    case (.tensor(let type), .tensor(let tensor)):
      guard let axes = type.axes(ofRank: tensor.rank) else { return }
      for (axis, expression) in axes {
        if case .name(let name) = expression, !isDefined(name.name, in: scope),
          !isResult || name.name.first?.isUppercase == true
        {
          scope.declare(name, .integer(tensor.shape[axis]))
        }
      }
      if isResult { return }
      for (axis, expression) in axes { solve(expression, equals: tensor.shape[axis], in: scope) }
    case (.optional(let type, _), let value) where !value.isNull:
      introduceSymbols(
        TypeCheck(
          value: value, type: type, subject: check.subject, range: check.range, declaration: check.declaration
        ),
        in: scope)
    case (.tuple(let types, _), let value):
      for (type, element) in zip(types, value.elements ?? []) {
        introduceSymbols(
          TypeCheck(
            value: element, type: type, subject: check.subject, range: check.range,
            declaration: check.declaration),
          in: scope, isResult: isResult)
      }
    default: return
    }
  }

  /// Binds the only unknown name of `2 * n + 1` so that the expression has the value `extent`, where it can have it.
  private func solve(_ expression: Expression, equals extent: Dimension, in scope: Scope) {
    let unknown = expression.names.filter { !isDefined($0.name, in: scope) }
    guard let name = unknown.first, unknown.allSatisfy({ $0.name == name.name }) else { return }
    let symbol = DLGraph.Symbol("?" + name.name)
    let trial = Scope(in: scope)
    trial.declare(name, .integer(IntegerExpression(symbol)))
    guard let value = try? integer(expression, in: trial),
      let coefficient = value.linearCoefficient(of: symbol),
      coefficient != 0
    else { return }
    let rest = value.substituting([symbol: 0])
    let solution = (extent - rest).floorDivided(by: coefficient)
    scope.declare(name, .integer(solution))
  }

  /// The type of an entry point's argument: unknown names become symbols, fixed ones their values.
  func openType(_ type: TensorTypeExpression, in scope: Scope) throws -> TensorType {
    let elements = try elementClass(type.element)
    guard let element = elements.single else { throw failure(.openElementType(type.element)) }
    var shape: [Dimension] = []
    for dimension in type.dimensions {
      guard case .expression(let expression) = dimension else { throw failure(.openRank(type.range)) }
      for name in expression.names where !isDefined(name.name, in: scope) {
        scope.declare(name, .integer(symbolValue(name.name)))
      }
      let extent = try integer(expression, in: scope)
      try requireExtents([extent], at: expression.range)
      shape.append(extent)
    }
    return TensorType(element, shape)
  }

  /// The symbol of a name with the bounds that the model declares, or the value that the options fix it to.
  func symbolValue(_ name: String) -> IntegerExpression {
    symbolNames.insert(name)
    if let fixed = options.fixed[name] { return IntegerExpression(fixed) }
    if let symbol = dimensions[name] { return IntegerExpression(symbol) }
    return IntegerExpression(DLGraph.Symbol(name, lower: 1))
  }

  /// A value of a declared type to go on with after an error; nil where the type doesn't say enough.
  func standIn(of type: TypeExpression, in scope: Scope) -> Value? {
    switch type {
    case .tensor(let type):
      guard let element = ElementClass(type.element.name)?.single, let builder else { return nil }
      var shape: [Dimension] = []
      for dimension in type.dimensions {
        guard case .expression(let expression) = dimension,
          expression.names.allSatisfy({ isDefined($0.name, in: scope) }),
          let extent = try? integer(expression, in: scope)
        else { return nil }
        shape.append(extent)
      }
      return .tensor(builder.input("unknown", TensorType(element, shape)))
    case .tuple(let types, _):
      var elements: [Value] = []
      for type in types {
        guard let element = standIn(of: type, in: scope) else { return nil }
        elements.append(element)
      }
      return .tuple(elements)
    default: return nil
    }
  }
}

extension Expression {
  /// The names in an expression of integers, from left to right.
  var names: [Identifier] {
    switch self {
    case .name(let name): [name]
    case .unary(let expression): expression.operand.names
    case .binary(let expression): expression.left.names + expression.right.names
    case .conditional(let expression):
      expression.condition.names + expression.then.names + expression.otherwise.names
    case .call(let expression): expression.arguments.flatMap(\.value.names)
    case .index(let expression): expression.base.names
    case .member(let expression): expression.base.names
    case .element(let expression): expression.base.names
    default: []
    }
  }
}
