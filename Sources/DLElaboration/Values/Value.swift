import DLGraph

/// What an expression stands for while a model is elaborated: all of it is known at compile time but the elements of
/// tensors, which are values of a graph.
indirect enum Value {
  /// An integer, possibly over symbols: open dimensions take part in compile-time arithmetic.
  case integer(IntegerExpression)
  case float(Double)
  case boolean(Bool)
  case string(String)
  case null
  case list([Value])
  case tuple([Value])
  /// From `lower` up to but not including `upper`.
  case range(lower: IntegerExpression, upper: IntegerExpression)
  case tensor(Tensor)
  case layer(LayerInstance)
  case callable(Callable)
  /// An imported file.
  case namespace(FileScope)

  static func integer(_ value: Int) -> Value { .integer(IntegerExpression(value)) }
}

extension Value {
  /// The kind of value, with its article, as messages speak of it.
  var kind: String {
    switch self {
    case .integer: "an Int"
    case .float: "a Float"
    case .boolean: "a Bool"
    case .string: "a String"
    case .null: "nil"
    case .list: "a list"
    case .tuple: "a tuple"
    case .range: "a range"
    case .tensor(let tensor): "a tensor \(tensor.type)"
    case .layer(let instance): "\(instance.declaration.name.name.withArticle) layer"
    case .callable(let callable): callable.kind
    case .namespace(let file): "the module \(file.path)"
    }
  }

  /// The elements of a list, tuple or concrete range; nil for anything else, and for a range longer than any loop.
  var elements: [Value]? {
    switch self {
    case .list(let elements), .tuple(let elements): return elements
    case .range(let lower, let upper):
      guard let lower = lower.constantValue, let upper = upper.constantValue else { return nil }
      if lower >= upper { return [] }
      let (count, overflow) = upper.subtractingReportingOverflow(lower)
      return overflow || count > Budget.maximumIterations ? nil : (lower..<upper).map { .integer($0) }
    default: return nil
    }
  }

  var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// Whether a tensor lies in it.
  var holdsTensor: Bool {
    switch self {
    case .tensor: true
    case .list(let elements), .tuple(let elements): elements.contains { $0.holdsTensor }
    default: false
    }
  }
}

extension String {
  /// The word with `a` or `an` before it.
  var withArticle: String {
    guard let first = lowercased().first else { return self }
    return ("aeiou".contains(first) ? "an " : "a ") + self
  }
}
