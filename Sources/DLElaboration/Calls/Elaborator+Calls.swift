import DLGraph
import DLSyntax

extension Elaborator {
  /// The value of `callee(arguments) { closure }`.
  func value(of expression: CallExpression, in scope: Scope) throws -> Value {
    var callee: Value?
    do { callee = try evaluate(expression.callee, in: scope) } catch {}
    var arguments = try all(expression.arguments) {
      ArgumentValue(label: $0.label, value: try evaluate($0.value, in: scope), range: $0.value.range)
    }
    guard let callee else { throw Failure() }
    if let closure = expression.closure {
      let value = Value.callable(.closure(ClosureValue(closure: closure, scope: scope)))
      arguments.append(ArgumentValue(label: nil, value: value, range: closure.range))
    }
    currentRange = expression.range
    return try call(callee, arguments, at: expression.range, calleeRange: expression.callee.range)
  }

  /// The result of calling a value.
  func call(_ callee: Value, _ arguments: [ArgumentValue], at range: SourceRange, calleeRange: SourceRange)
    throws -> Value
  {
    switch callee {
    case .callable(let callable): return try call(callable, arguments, at: range, calleeRange: calleeRange)
    case .layer(let instance):
      guard case .function(let function)? = instance.member("forward") else {
        throw failure(.layerWithoutForward(instance, at: calleeRange))
      }
      return try call(
        .function(function, instance.file, instance), arguments, at: range, calleeRange: calleeRange)
    default: throw failure(.notCallable(callee, at: calleeRange))
    }
  }

  private func call(
    _ callable: Callable, _ arguments: [ArgumentValue], at range: SourceRange, calleeRange: SourceRange
  ) throws -> Value {
    switch callable {
    case .function(let declaration, let file, let instance):
      return try call(declaration, in: file, of: instance, arguments, at: range)
    case .closure(let closure): return try call(closure, arguments.map(\.value), at: range)
    case .builtin(let builtin): return try call(builtin, arguments, at: range)
    case .layer(let declaration, let file):
      return try makeInstance(declaration, in: file, arguments, at: range)
    case .elementType(let type): return try cast(to: type, arguments, at: range)
    case .bound(let callable, let receiver):
      let first = ArgumentValue(label: nil, value: receiver, range: receiverRange(calleeRange))
      return try call(callable, [first] + arguments, at: range, calleeRange: calleeRange)
    }
  }

  /// The callee of a method call stands for its receiver in messages.
  private func receiverRange(_ calleeRange: SourceRange) -> SourceRange { calleeRange }

  /// `f16(x)`: the tensor in that element type; a number becomes a scalar tensor.
  private func cast(to type: ElementType, _ arguments: [ArgumentValue], at range: SourceRange) throws -> Value
  {
    let matched = try match(
      arguments, to: [ParameterSlot(name: "x", hasDefault: false)], of: type.rawValue, at: range)
    guard let argument = matched.named["x"] else { throw Failure() }
    if argument.value.isNumberOrBool { return .tensor(try scalar(argument.value, type)) }
    return .tensor(try convert(try tensor(argument.value, at: argument.range), to: type))
  }

  /// The result of calling a closure.
  func call(_ value: ClosureValue, _ arguments: [Value], at range: SourceRange) throws -> Value {
    let scope = Scope(in: value.scope, isClosure: true)
    if let parameters = value.closure.parameters {
      // A closure with several parameters takes a tuple apart.
      var arguments = arguments
      if arguments.count == 1, parameters.count > 1, let elements = arguments[0].elements {
        arguments = elements
      }
      guard arguments.count == parameters.count else {
        throw failure(
          .closureParameterCount(parameters.count, given: arguments.count, at: value.closure.range))
      }
      for (pattern, argument) in zip(parameters, arguments) { try bind(pattern, to: argument, in: scope) }
    } else {
      scope.closureArguments = arguments
    }
    return try within(
      Frame(name: "closure", instance: value.scope.instance, callSite: nil), at: range
    ) {
      try bodyValue(of: value.closure.statements, in: scope, at: value.closure.range)
    }
  }

  /// Runs `body` as a call, unless calls are nested too deeply.
  func within<Result>(_ frame: Frame, at range: SourceRange, _ body: () throws -> Result) throws -> Result {
    guard frames.count < Budget.maximumDepth else { throw failure(.recursion(frame.name, at: range)) }
    frames.append(frame)
    defer { frames.removeLast() }
    return try body()
  }

  /// The value that statements give: that of `return`, or of the last one where it is an expression.
  private func bodyValue(of statements: [Statement], in scope: Scope, at range: SourceRange) throws -> Value {
    guard case .expression(let expression)? = statements.last else {
      guard case .returned(let value) = execute(statements, in: scope) else {
        throw failure(.closureWithoutValue(at: range))
      }
      guard let value else { throw Failure() }
      return value
    }
    if case .returned(let value) = execute(Array(statements.dropLast()), in: scope) {
      guard let value else { throw Failure() }
      return value
    }
    return try evaluate(expression, in: scope)
  }
}
