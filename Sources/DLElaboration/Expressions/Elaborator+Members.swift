import DLGraph
import DLSyntax

extension Elaborator {
  /// The value of `base.name`.
  func value(of expression: MemberExpression, in scope: Scope) throws -> Value {
    let base = try evaluate(expression.base, in: scope)
    let name = expression.name
    currentRange = expression.range
    switch base {
    case .namespace(let file): return try value(of: name, exportedBy: file)
    case .layer(let instance):
      if let value = try member(name, of: instance) { return value }
      throw failure(.unknownMember(name, of: instance))
    case .tensor(let tensor):
      if let value = try property(name.name, of: tensor) { return value }
    case .list, .tuple, .range:
      if name.name == "count", let elements = base.elements { return .integer(elements.count) }
    default: break
    }
    guard let method = try method(name, in: scope) else {
      throw failure(.unknownMethod(name, of: base, candidates: Builtin.table.keys + preludeNames))
    }
    return .callable(.bound(method, receiver: base))
  }

  /// A function that can be called as a method: a built-in one, one of the library, or a free one of the file.
  private func method(_ name: Identifier, in scope: Scope) throws -> Callable? {
    if let builtin = Builtin.table[name.name] { return .builtin(builtin) }
    if case .function(let function)? = scope.file.declarations[name.name] {
      return .function(function, scope.file, nil)
    }
    return preludeFunction(name.name)
  }

  private func value(of name: Identifier, exportedBy file: FileScope) throws -> Value {
    guard let (declaration, owner) = file.exported(name.name) else {
      if let builtin = Builtin.table[name.name], file.isLibrary { return .callable(.builtin(builtin)) }
      throw failure(.unknownExport(name, of: file))
    }
    if name.name.hasPrefix("_") { throw failure(.privateName(name, of: file.path)) }
    return try value(of: declaration, in: owner)
  }

  /// What can follow a tensor without parentheses.
  private func property(_ name: String, of tensor: Tensor) throws -> Value? {
    switch name {
    case "shape": .list(tensor.shape.map { .integer($0) })
    case "rank": .integer(tensor.rank)
    case "count": .integer(tensor.type.count)
    case "type": .callable(.elementType(tensor.elementType))
    case "T": .tensor(try transposed(tensor))
    default: nil
    }
  }

  private func transposed(_ tensor: Tensor) throws -> Tensor {
    guard tensor.rank >= 2 else { return tensor }
    var permutation = Array(0..<tensor.rank)
    permutation.swapAt(tensor.rank - 1, tensor.rank - 2)
    return try transpose(tensor, permutation)
  }

  /// The value of `base.0`.
  func value(of expression: ElementExpression, in scope: Scope) throws -> Value {
    let base = try evaluate(expression.base, in: scope)
    guard let elements = base.elements else { throw failure(.notIndexable(base, at: expression.base.range)) }
    guard expression.position < elements.count else {
      throw failure(
        .positionOutOfRange(expression.position, count: elements.count, at: expression.positionRange))
    }
    return elements[expression.position]
  }

  /// The member of a layer; nil where it has none of that name.
  func member(_ name: Identifier, of instance: LayerInstance) throws -> Value? {
    switch instance.member(name.name) {
    case nil: return nil
    case .unknown: throw Failure()
    case .value(let value): return value
    case .function(let function): return .callable(.function(function, instance.file, instance))
    case .tensor(let specification):
      return .tensor(try tensor(of: specification, in: instance, at: name.range))
    }
  }
}
