import DLGraph
import DLSyntax

extension Elaborator {
  /// The result of calling a function: its body, elaborated in place with the arguments.
  func call(
    _ function: FunctionDeclaration, in file: FileScope, of instance: LayerInstance?,
    _ arguments: [ArgumentValue],
    at range: SourceRange
  ) throws -> Value {
    let slots = function.parameters.map {
      ParameterSlot(name: $0.name.name, hasDefault: $0.defaultValue != nil)
    }
    let callee = function.name(in: instance)
    let matched = try match(arguments, to: slots, of: callee, at: range)
    let scope = Scope(file: file, instance: instance)
    try bind(function.parameters, matched.named, in: scope, of: callee, at: range)
    let frame = Frame(name: function.name.name, instance: instance, callSite: range)
    return try within(frame, at: range) { try body(of: function, in: scope) }
  }

  /// Gives the parameters their values, checks these against the declared types, and lets the types introduce symbols.
  func bind(
    _ parameters: [DLSyntax.Parameter], _ arguments: [String: ArgumentValue], in scope: Scope,
    of callee: String,
    at range: SourceRange
  ) throws {
    var checks: [TypeCheck] = []
    for parameter in parameters {
      let name = parameter.name.name
      if let argument = arguments[name] {
        checks.append(
          TypeCheck(
            value: argument.value, type: parameter.type, subject: "'\(name)' of \(callee)",
            range: argument.range,
            declaration: parameter.range))
      }
    }
    // The shapes first, so that a symbol is known before the expressions over it are checked.
    for check in checks { introduceSymbols(check, in: scope) }
    var failed = false
    for parameter in parameters {
      do {
        if let argument = arguments[parameter.name.name],
          let check = checks.first(where: { $0.declaration == parameter.range })
        {
          let value = try checked(check, in: scope)
          scope.declare(Variable(parameter.name.name, value, range: argument.range))
        } else if let expression = parameter.defaultValue {
          let value = try checked(
            try evaluate(expression, in: scope), against: parameter.type, in: scope,
            subject: "'\(parameter.name.name)' of \(callee)", at: expression.range)
          scope.declare(parameter.name, value)
        }
      } catch { failed = true }
    }
    if failed { throw Failure() }
  }

  /// Elaborates the body and checks the result against the declared type.
  ///
  /// Where the body has an error but the type of the result is known, a stand-in of that type is returned: what follows
  /// is checked all the same.
  func body(of function: FunctionDeclaration, in scope: Scope) throws -> Value {
    let flow = execute(function.body.statements, in: Scope(in: scope))
    guard case .returned(let value) = flow else {
      if case .failed = flow { return try standIn(for: function, in: scope) }
      throw failure(.functionWithoutReturn(function))
    }
    guard let value else { return try standIn(for: function, in: scope) }
    guard let type = function.result else { return value }
    do {
      let check = TypeCheck(
        value: value, type: type, subject: "the result of \(function.name(in: scope.instance))",
        range: lastReturn(of: function) ?? type.range, declaration: type.range)
      introduceSymbols(check, in: scope, isResult: true)
      return try checked(check, in: scope)
    } catch {
      return try standIn(for: function, in: scope)
    }
  }

  private func lastReturn(of function: FunctionDeclaration) -> SourceRange? {
    for statement in function.body.statements.reversed() {
      if case .returning(let expression, _) = statement { return expression.range }
    }
    return nil
  }

  private func standIn(for function: FunctionDeclaration, in scope: Scope) throws -> Value {
    guard let type = function.result, let value = standIn(of: type, in: scope) else { throw Failure() }
    return value
  }
}

extension FunctionDeclaration {
  /// How messages call the function: that of a layer by the layer's name, as the source does.
  fileprivate func name(in instance: LayerInstance?) -> String {
    guard let layer = instance?.declaration, layer.kind == .layer else { return name.name }
    return name.name == "forward" ? layer.name.name : "\(layer.name.name).\(name.name)"
  }
}
