import DLGraph
import DLSyntax

extension Elaborator {
  /// `Layer(arguments)`: an instance with its members.
  func makeInstance(
    _ declaration: LayerDeclaration, in file: FileScope, _ arguments: [ArgumentValue], at range: SourceRange
  ) throws -> Value {
    if builder != nil { throw failure(.layerInFunction(declaration.name.name, at: range)) }
    let slots = declaration.parameters.map {
      ParameterSlot(name: $0.name.name, hasDefault: $0.defaultValue != nil)
    }
    let matched = try match(arguments, to: slots, of: declaration.name.name, at: range)
    let frame = Frame(name: declaration.name.name, instance: nil, callSite: range)
    return try within(frame, at: range) {
      .layer(try instance(of: declaration, in: file, matched.named, at: range))
    }
  }

  /// The instance with the given hyperparameters, its members made in the order of the source.
  func instance(
    of declaration: LayerDeclaration, in file: FileScope, _ arguments: [String: ArgumentValue],
    at range: SourceRange
  ) throws -> LayerInstance {
    let scope = Scope(file: file)
    try bind(declaration.parameters, arguments, in: scope, of: declaration.name.name, at: range)
    let values = try declaration.parameters.map { parameter in
      guard let value = scope.variable(parameter.name.name)?.value else { throw Failure() }
      return (name: parameter.name.name, value: value)
    }
    let instance = LayerInstance(declaration, file: file, arguments: values, site: range)
    let memberScope = Scope(file: file, instance: instance)
    var names: [String: SourceRange] = [:]
    for member in declaration.membersInOrderOfEvaluation {
      for name in member.names {
        if let first = names[name.name] { report(.redeclared(name, first: first)) }
        names[name.name] = name.range
      }
      do {
        try define(member, of: instance, in: memberScope)
      } catch {
        for name in member.names { instance.define(name.name, .unknown) }
      }
    }
    return instance
  }

  private func define(_ member: Member, of instance: LayerInstance, in scope: Scope) throws {
    switch member {
    case .function: return
    case .dimension(let dimension):
      if instance.declaration.kind == .layer { throw failure(.dimensionInLayer(dimension)) }
      try define(dimension, in: scope)
    case .constant(let statement): define(statement, of: instance, in: scope)
    case .sublayer(let member):
      guard try member.condition.map({ try condition($0, in: scope) }) ?? true else {
        return instance.define(member.name.name, .value(.null))
      }
      let value = try evaluate(member.value, in: scope)
      guard value.holdsOnlyLayers else {
        throw failure(.notALayer(member.name, value, at: member.value.range))
      }
      instance.adopt(member.name.name, value)
    case .tensor(let member):
      guard try member.condition.map({ try condition($0, in: scope) }) ?? true else {
        return instance.define(member.name.name, .value(.null))
      }
      instance.define(member.name.name, .tensor(try specification(of: member, in: scope)))
    }
  }

  private func define(_ statement: BindingStatement, of instance: LayerInstance, in scope: Scope) {
    let inner = Scope(in: scope)
    bind(statement, in: inner)
    for name in statement.pattern.names {
      let value = inner.variable(name.name)?.value
      instance.define(name.name, value.map { .value($0) } ?? .unknown)
    }
  }

  private func define(_ dimension: DimensionMember, in scope: Scope) throws {
    let (lower, upper) = try both(
      constant(dimension.bounds.lower, in: scope), integer(dimension.bounds.upper, in: scope))
    let greatest = dimension.bounds.isClosed ? upper : upper - 1
    if let value = greatest.constantValue, value < lower || lower < 0 {
      throw failure(.emptyDimension(dimension, lower: lower, upper: value))
    }
    let name = dimension.name.name
    if let fixed = options.fixed[name] {
      if fixed < lower || greatest.constantValue.map({ fixed > $0 }) ?? false {
        throw failure(.fixedOutOfBounds(dimension, value: fixed))
      }
    }
    dimensions[name] = DLGraph.Symbol(name, lower: lower, upper: greatest)
    scope.instance?.define(name, .value(.integer(symbolValue(name))))
  }

  private func specification(of member: TensorMember, in scope: Scope) throws -> TensorSpecification {
    guard case .tensor(let type) = member.type else { throw failure(.memberTypeNotTensor(member)) }
    // Only the extents of a state may be open: weights have a size.
    let typeScope = Scope(in: scope)
    if member.kind == .state {
      return TensorSpecification(
        name: member.name.name, kind: member.kind, type: try openType(type, in: typeScope),
        range: member.range)
    }
    let declared = try closedType(type, in: typeScope)
    return TensorSpecification(name: member.name.name, kind: member.kind, type: declared, range: member.range)
  }

  /// A tensor type all of whose names are known.
  private func closedType(_ type: TensorTypeExpression, in scope: Scope) throws -> TensorType {
    guard let element = try elementClass(type.element).single else {
      throw failure(.openElementType(type.element))
    }
    let shape = try all(type.dimensions) { dimension -> [Dimension] in
      guard case .expression(let expression) = dimension else { throw failure(.openRank(type.range)) }
      let value = try evaluate(expression, in: scope)
      // A list stands for several axes, so that a layer can be generic in its rank.
      return try (value.elements ?? [value]).map { try extent($0, at: expression.range) }
    }
    return TensorType(element, shape.flatMap { $0 })
  }

  private func extent(_ value: Value, at range: SourceRange) throws -> Dimension {
    guard case .integer(let extent) = value else {
      throw failure(.expectedKind("an Int", found: value, at: range))
    }
    guard let constant = extent.constantValue else { throw failure(.openWeight(extent, at: range)) }
    if constant < 0 { throw failure(.negativeDimension(extent, at: range)) }
    return extent
  }
}

extension LayerDeclaration {
  /// The members in the order of the source, but for the bounds of dimensions: these come first, with the constants they
  /// may need, because the types of all other members can speak of them.
  fileprivate var membersInOrderOfEvaluation: [Member] {
    let lastDimension = members.lastIndex { if case .dimension = $0 { true } else { false } }
    guard let lastDimension else { return members }
    let comesFirst = members.indices.map { index in
      switch members[index] {
      case .dimension, .constant: index <= lastDimension
      default: false
      }
    }
    return zip(members, comesFirst).filter(\.1).map(\.0) + zip(members, comesFirst).filter { !$0.1 }.map(\.0)
  }
}

extension Member {
  /// The names it declares.
  fileprivate var names: [Identifier] {
    switch self {
    case .tensor(let member): [member.name]
    case .sublayer(let member): [member.name]
    case .dimension(let member): [member.name]
    case .constant(let statement): statement.pattern.names
    case .function(let function): [function.name]
    }
  }
}

extension Value {
  /// Whether it is a layer, nil, or a list of such.
  fileprivate var holdsOnlyLayers: Bool {
    switch self {
    case .layer, .null: true
    case .list(let elements), .tuple(let elements): elements.allSatisfy(\.holdsOnlyLayers)
    default: false
    }
  }
}
