import DLGraph
import DLSyntax

extension Elaborator {
  /// The value of a name.
  func value(of name: Identifier, in scope: Scope) throws -> Value {
    if let variable = scope.variable(name.name) {
      guard let value = variable.value else { throw Failure() }
      return value
    }
    if let instance = scope.instance, let value = try member(name, of: instance) { return value }
    if name.name == "self", let instance = scope.instance { return .layer(instance) }
    if let value = try globalValue(of: name, in: scope.file) { return value }
    throw failure(.unknownName(name, candidates: visibleNames(in: scope)))
  }

  /// Whether a name has a meaning in the source, so that a shape that speaks of it doesn't introduce a symbol.
  func isDefined(_ name: String, in scope: Scope) -> Bool {
    scope.variable(name) != nil || scope.instance?.member(name) != nil || scope.file.declarations[name] != nil
  }

  /// The value of a name at the top level of a file, of a built-in function, or of a function of the library.
  func globalValue(of name: Identifier, in file: FileScope) throws -> Value? {
    if let declaration = file.declarations[name.name] { return try value(of: declaration, in: file) }
    if let type = ElementType(rawValue: name.name) { return .callable(.elementType(type)) }
    if let builtin = Builtin.table[name.name] { return .callable(.builtin(builtin)) }
    if let constant = Self.floatConstants[name.name] { return .float(constant) }
    return preludeFunction(name.name).map { .callable($0) }
  }

  /// The numbers that have a name everywhere.
  static let floatConstants: [String: Double] = ["inf": .infinity, "nan": .nan, "pi": .pi]

  /// The function of the library that can be used without its module.
  func preludeFunction(_ name: String) -> Callable? {
    guard !name.hasPrefix("_"), case .function(let function, let file)? = prelude?.exported(name).map(split)
    else {
      return nil
    }
    return .function(function, file, nil)
  }

  private enum Found {
    case function(FunctionDeclaration, FileScope)
    case other
  }

  private func split(_ found: (Declaration, FileScope)) -> Found {
    if case .function(let function) = found.0 { .function(function, found.1) } else { .other }
  }

  /// The value of a declaration.
  func value(of declaration: Declaration, in file: FileScope) throws -> Value {
    switch declaration {
    case .importing(let declaration):
      guard let imported = file.imports.first(where: { $0.name == declaration.name.name })?.file else {
        throw Failure()
      }
      return .namespace(imported)
    case .function(let function): return .callable(.function(function, file, nil))
    case .layer(let layer): return .callable(.layer(layer, file))
    case .constant(let constant): return try value(of: constant, in: file)
    case .recipe(let recipe): throw failure(.recipeWithoutValue(recipe.name))
    }
  }

  private func value(of constant: ConstantDeclaration, in file: FileScope) throws -> Value {
    let name = constant.name.name
    if let known = file.constants[name] {
      guard let known else { throw Failure() }
      return known
    }
    guard file.pendingConstants.insert(name).inserted else {
      throw failure(.cyclicConstant(constant.name))
    }
    defer { file.pendingConstants.remove(name) }
    do {
      let scope = Scope(file: file)
      var value = try outsideGraph { try evaluate(constant.value, in: scope) }
      if let type = constant.type {
        value = try checked(value, against: type, in: scope, subject: "'\(name)'", at: constant.value.range)
      }
      file.constants[name] = .some(value)
      return value
    } catch {
      file.constants[name] = .some(nil)
      throw error
    }
  }

  /// Runs `body` where no tensor can be computed.
  func outsideGraph<Result>(_ body: () throws -> Result) rethrows -> Result {
    let saved = builder
    builder = nil
    defer { builder = saved }
    return try body()
  }

  /// The functions of the library that can be used without its module.
  var preludeNames: [String] { prelude?.exportedNames.filter { preludeFunction($0) != nil } ?? [] }

  /// What can be written where a name stands.
  func visibleNames(in scope: Scope) -> [String] {
    scope.names + (scope.instance?.memberNames ?? []) + scope.file.declarations.keys + preludeNames
      + Builtin.table.keys + Self.floatConstants.keys + ElementType.allCases.map(\.rawValue)
  }
}
