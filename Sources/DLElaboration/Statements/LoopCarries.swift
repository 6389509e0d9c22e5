import DLGraph
import DLSyntax

/// What a run-time loop changes from step to step: variables from outside its body, and states.
struct LoopCarries {
  let variables: [Variable]
  let states: [StateSlot]
  /// The values before the loop: structures of tensors, in the order of the variables.
  let initial: [Value]

  /// All tensors that are carried, in order.
  var tensors: [Tensor] { initial.flatMap { $0.tensors ?? [] } + states.map(\.value) }

  /// Lets the variables and states stand for `tensors` from here on.
  ///
  /// - Requires: as many tensors as are carried.
  func install(_ tensors: [Tensor]) {
    var rest = tensors[...]
    for (variable, value) in zip(variables, initial) { variable.value = value.replacingTensors(with: &rest) }
    for (slot, tensor) in zip(states, rest) { slot.value = tensor }
  }
}

extension Elaborator {
  /// Elaborates a loop whose body may call functions that set states.
  ///
  /// Which states the body sets is known only after it was elaborated: then, where it set more than was thought, this is
  /// done once more with these among the carries. `elaborate` gives what appends the loop, which is done once.
  func withCarries<Result>(
    of body: Block, in scope: Scope, _ elaborate: (LoopCarries) throws -> () throws -> Result
  ) throws -> Result {
    guard let entryPoint else { throw Failure() }
    let names = body.statements.assignedNames.compactMap(scope.variable).filter(\.isVariable)
    let before = try names.map { variable in
      guard let value = variable.value else { throw Failure() }
      return try carried(value, named: variable)
    }
    var carriedPaths: [String] = []
    while true {
      let states = entryPoint.states.mapValues(\.value)
      let slots = carriedPaths.compactMap { entryPoint.states[$0] }
      let carries = LoopCarries(variables: names, states: slots, initial: before)
      let finish = try elaborate(carries)
      let changed = entryPoint.stateOrder.filter { path in
        guard let slot = entryPoint.states[path], !carriedPaths.contains(path) else { return false }
        let old = states[path] ?? slot.input
        return old.id != slot.value.id || old.builder !== slot.value.builder
      }
      if changed.isEmpty { return try finish() }
      carriedPaths += changed
      for path in entryPoint.stateOrder {
        guard let slot = entryPoint.states[path] else { continue }
        slot.value = states[path] ?? slot.input
      }
      for (variable, value) in zip(names, before) { variable.value = value }
    }
  }

  /// A value as a structure of tensors: a number becomes a scalar.
  private func carried(_ value: Value, named variable: Variable) throws -> Value {
    switch value {
    case .tensor: return value
    case .integer, .float, .boolean: return .tensor(try tensor(value))
    case .list(let elements): return .list(try elements.map { try carried($0, named: variable) })
    case .tuple(let elements): return .tuple(try elements.map { try carried($0, named: variable) })
    default: throw failure(.notCarried(variable.name, value, at: currentRange))
    }
  }

  /// The tensors of the carries after a step, checked to be of the types they had before.
  func finalTensors(of carries: LoopCarries, at range: SourceRange) throws -> [Tensor] {
    var results: [Tensor] = []
    for (variable, initial) in zip(carries.variables, carries.initial) {
      guard let value = variable.value else { throw Failure() }
      results += try finalTensors(value, like: initial, of: variable, at: range)
    }
    return results + carries.states.map(\.value)
  }

  private func finalTensors(
    _ value: Value, like initial: Value, of variable: Variable, at range: SourceRange
  ) throws -> [Tensor] {
    switch (value, initial) {
    case (.tensor(let tensor), .tensor(let old)):
      guard tensor.type == old.type else {
        throw failure(.carryChangesType(variable.name, from: old.type, to: tensor.type, at: range))
      }
      return [tensor]
    case (.integer, .tensor(let old)), (.float, .tensor(let old)), (.boolean, .tensor(let old)):
      guard old.rank == 0 else { break }
      return [try scalar(value, old.elementType)]
    case (.list(let values), .list(let olds)), (.tuple(let values), .tuple(let olds)):
      guard values.count == olds.count else { break }
      return try zip(values, olds).flatMap { try finalTensors($0, like: $1, of: variable, at: range) }
    default: break
    }
    throw failure(.carryChangesKind(variable.name, from: initial, to: value, at: range))
  }

  /// Elaborates `content` into a graph of its own, as the body of a run-time loop.
  func inBody<Result>(_ name: String, _ content: (GraphBuilder) throws -> Result) throws -> (
    GraphBuilder, Result
  ) {
    try requireGraph()
    let outer = builder
    let inner = GraphBuilder(name, parent: outer)
    builder = inner
    if !frames.isEmpty { frames[frames.count - 1].loopDepth += 1 }
    defer {
      builder = outer
      if !frames.isEmpty { frames[frames.count - 1].loopDepth -= 1 }
    }
    return (inner, try content(inner))
  }
}
