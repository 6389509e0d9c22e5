import DLGraph
import DLSyntax

extension Elaborator {
  /// The value, converted to the declared type where that is implicit: an integer to a `Float`, a number to a scalar
  /// tensor.
  func checked(
    _ value: Value, against type: TypeExpression, in scope: Scope, subject: String, at range: SourceRange
  ) throws -> Value {
    try checked(
      TypeCheck(value: value, type: type, subject: subject, range: range, declaration: type.range), in: scope)
  }

  /// The value of a check, converted likewise.
  func checked(_ check: TypeCheck, in scope: Scope) throws -> Value {
    switch check.type {
    case .named(let name): return try checked(check, against: name, in: scope)
    case .tensor(let type): return .tensor(try checked(check, against: type, in: scope))
    case .optional(let type, _):
      return check.value.isNull ? .null : try checked(check.part(check.value, type), in: scope)
    case .list(let type, _):
      guard let elements = check.value.elements else { throw mismatch(check) }
      return .list(try all(elements) { try checked(check.part($0, type), in: scope) })
    case .tuple(let types, _):
      guard let elements = check.value.elements, elements.count == types.count else { throw mismatch(check) }
      return .tuple(try all(zip(elements, types)) { try checked(check.part($0, $1), in: scope) })
    }
  }

  private func checked(_ check: TypeCheck, against name: Identifier, in scope: Scope) throws -> Value {
    switch (name.name, check.value) {
    case ("Int", .integer), ("Float", .float), ("Bool", .boolean), ("String", .string), ("Tensor", .tensor),
      ("Layer", .layer), ("Function", .callable), ("ElementType", .callable(.elementType)), ("Any", _):
      return check.value
    case ("Ints", .integer): return check.value
    case ("Ints", _) where check.value.elements?.allSatisfy({ $0.isIntegerOrPair }) == true:
      return check.value
    case ("Float", .integer(let value)):
      guard let constant = value.constantValue else {
        throw failure(.openDimension(check.value, at: check.range))
      }
      return .float(Double(constant))
    case ("Tensor", _) where check.value.isNumberOrBool: return .tensor(try tensor(check.value))
    case ("Function", .layer): return check.value
    case ("Int", _), ("Float", _), ("Bool", _), ("String", _), ("Tensor", _), ("Layer", _), ("Function", _),
      ("ElementType", _), ("Ints", _):
      throw mismatch(check)
    default:
      if case .layer(let instance) = check.value, instance.declaration.name.name == name.name {
        return check.value
      }
      if case .layer? = scope.file.declarations[name.name] { throw mismatch(check) }
      throw failure(.unknownType(name))
    }
  }

  private func mismatch(_ check: TypeCheck) -> Failure {
    failure(
      .wrongType(
        check.subject, expected: check.type.range.text, found: check.value, at: check.range,
        declaration: check.declaration))
  }

  private func checked(_ check: TypeCheck, against type: TensorTypeExpression, in scope: Scope) throws
    -> Tensor
  {
    let elementClass = try elementClass(type.element)
    let tensor: Tensor
    switch check.value {
    case .tensor(let value): tensor = value
    case .integer, .float, .boolean:
      tensor =
        try elementClass.single.map { try scalar(check.value, $0) }
        ?? self.tensor(check.value, at: check.range)
    default: throw mismatch(check)
    }
    guard elementClass.contains(tensor.elementType), let axes = type.axes(ofRank: tensor.rank) else {
      throw failure(
        .wrongTensorType(
          check.subject, declared: type.range.text, found: tensor.type, axis: nil, at: check.range,
          declaration: check.declaration))
    }
    for (axis, expression) in axes {
      let expected = try integer(expression, in: scope)
      guard expected == tensor.shape[axis] else {
        let detail = WrongAxis(
          axis: axis, expression: expression.range.text, expected: expected, found: tensor.shape[axis])
        throw failure(
          .wrongTensorType(
            check.subject, declared: type.range.text, found: tensor.type, axis: detail, at: check.range,
            declaration: check.declaration))
      }
    }
    return tensor
  }

  /// The element types that a name in a tensor type stands for.
  func elementClass(_ name: Identifier) throws -> ElementClass {
    guard let found = ElementClass(name.name) else { throw failure(.unknownElementType(name)) }
    return found
  }
}

extension TypeCheck {
  fileprivate func part(_ value: Value, _ type: TypeExpression) -> TypeCheck {
    TypeCheck(value: value, type: type, subject: subject, range: range, declaration: declaration)
  }
}

extension Value {
  /// Whether it is an integer, or a list of integers such as a padding before and after an axis.
  fileprivate var isIntegerOrPair: Bool {
    if case .integer = self { return true }
    return elements?.allSatisfy { if case .integer = $0 { true } else { false } } ?? false
  }
}

/// An axis whose extent is not the declared one.
struct WrongAxis {
  let axis: Int
  /// The dimension as it is written.
  let expression: String
  let expected: Dimension
  let found: Dimension
}

/// A set of element types: one, or `float`, `int`, `any`.
struct ElementClass {
  private let types: [ElementType]

  init?(_ name: String) {
    switch name {
    case "float": types = ElementType.allCases.filter(\.isFloatingPoint)
    case "int": types = ElementType.allCases.filter(\.isInteger)
    case "any": types = ElementType.allCases
    default:
      guard let type = ElementType(rawValue: name) else { return nil }
      types = [type]
    }
  }

  /// The element type where there is only one.
  var single: ElementType? { types.count == 1 ? types[0] : nil }

  func contains(_ type: ElementType) -> Bool { types.contains(type) }
}

extension TensorTypeExpression {
  /// The dimensions with the axes they speak of in a tensor of some rank; nil where they don't fit the rank.
  func axes(ofRank rank: Int) -> [(axis: Int, dimension: Expression)]? {
    let ellipsis = dimensions.firstIndex {
      if case .ellipsis = $0 { true } else { false }
    }
    guard ellipsis == nil ? rank == dimensions.count : rank >= dimensions.count - 1 else { return nil }
    return dimensions.enumerated().compactMap { position, dimension in
      guard case .expression(let expression) = dimension else { return nil }
      let isBehind = ellipsis.map { position > $0 } ?? false
      return (isBehind ? rank - (dimensions.count - position) : position, expression)
    }
  }
}
