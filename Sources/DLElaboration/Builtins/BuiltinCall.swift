import DLGraph
import DLSyntax

/// A call of a built-in function, with its arguments by parameter.
struct BuiltinCall {
  let builtin: Builtin
  let elaborator: Elaborator
  let range: SourceRange
  let arguments: [String: ArgumentValue]
  /// The arguments of the parameter that takes all further positions.
  let rest: [ArgumentValue]

  /// Where an argument stands; the call itself where it was left out.
  func range(of name: String) -> SourceRange { arguments[name]?.range ?? range }

  /// The argument, or nil the value where it was left out.
  func value(_ name: String) -> Value { arguments[name]?.value ?? .null }

  func tensor(_ name: String) throws -> Tensor { try elaborator.tensor(value(name), at: range(of: name)) }

  func integer(_ name: String) throws -> Dimension { try dimension(value(name), at: range(of: name)) }

  func constant(_ name: String, default fallback: Int? = nil) throws -> Int {
    if let fallback, value(name).isNull { return fallback }
    return try constant(value(name), at: range(of: name))
  }

  func boolean(_ name: String, default fallback: Bool) throws -> Bool {
    switch value(name) {
    case .null: return fallback
    case .boolean(let value): return value
    default: throw expected("a Bool", name)
    }
  }

  func string(_ name: String) throws -> String {
    guard case .string(let value) = value(name) else { throw expected("a String", name) }
    return value
  }

  func elementType(_ name: String) throws -> ElementType? {
    switch value(name) {
    case .null: return nil
    case .callable(.elementType(let type)): return type
    default: throw expected("an element type", name)
    }
  }

  /// The elements of a list or tuple.
  func elements(_ name: String) throws -> [Value] {
    guard let elements = value(name).elements else { throw expected("a list", name) }
    return elements
  }

  /// An axis, counted from the end where negative, as a position below `rank`.
  func axis(_ name: String, rank: Int, default fallback: Int? = nil) throws -> Int {
    try axis(constant(name, default: fallback), rank: rank, at: range(of: name))
  }

  /// One axis or a list of axes, ascending and each once; all axes where the argument was left out.
  func axes(_ name: String, rank: Int) throws -> [Int] {
    let value = value(name)
    if value.isNull { return Array(0..<rank) }
    if case .integer = value { return [try axis(name, rank: rank)] }
    let axes = try elements(name).map {
      try axis(constant($0, at: range(of: name)), rank: rank, at: range(of: name))
    }
    guard Set(axes).count == axes.count else {
      throw failure(.repeatedAxis(at: range(of: name)))
    }
    return axes.sorted()
  }

  /// The dimensions given one by one, or as one list.
  func dimensions(_ values: [ArgumentValue]) throws -> [Dimension] {
    if values.count == 1, let elements = values[0].value.elements {
      return try elements.map { try dimension($0, at: values[0].range) }
    }
    return try values.map { try dimension($0.value, at: $0.range) }
  }

  /// A list of dimensions; an integer alone is a list of one.
  func dimensions(_ name: String) throws -> [Dimension] {
    if case .integer(let value) = value(name) { return [value] }
    return try elements(name).map { try dimension($0, at: range(of: name)) }
  }

  /// An integer for each of `count` axes: a list, or one integer for all.
  func perAxis(_ name: String, count: Int, default fallback: Int) throws -> [Int] {
    let value = value(name)
    if value.isNull { return Array(repeating: fallback, count: count) }
    if case .integer = value { return Array(repeating: try constant(name), count: count) }
    let values = try elements(name).map { try constant($0, at: range(of: name)) }
    guard values.count == count else {
      throw failure(.wrongAxisCount(name, expected: count, found: values.count, at: range(of: name)))
    }
    return values
  }

  func axis(_ axis: Int, rank: Int, at range: SourceRange) throws -> Int {
    let resolved = axis < 0 ? axis + rank : axis
    guard (0..<rank).contains(resolved) else { throw failure(.axisOutOfRange(axis, rank: rank, at: range)) }
    return resolved
  }

  func dimension(_ value: Value, at range: SourceRange) throws -> Dimension {
    guard case .integer(let dimension) = value else {
      throw failure(.expectedKind("an Int", found: value, at: range))
    }
    return dimension
  }

  func constant(_ value: Value, at range: SourceRange) throws -> Int {
    try elaborator.constant(dimension(value, at: range), at: range)
  }

  /// The number of elements of a list to be made.
  func count(_ name: String, default fallback: Int? = nil) throws -> Int {
    let count = try constant(name, default: fallback)
    guard (0...Budget.maximumIterations).contains(count) else {
      throw failure(.tooLarge(count, at: range(of: name)))
    }
    return count
  }

  /// The extents of a new tensor, none of which can be negative.
  func extents(_ dimensions: [Dimension]) throws -> [Dimension] {
    try elaborator.requireExtents(dimensions, at: range)
    return dimensions
  }

  func failure(_ diagnostic: Diagnostic) -> Failure { elaborator.failure(diagnostic) }

  func expected(_ kind: String, _ name: String) -> Failure {
    failure(.expectedKind(kind, found: value(name), at: range(of: name)))
  }

  /// The operands of an element-wise function of two arguments.
  func operands(_ first: String, _ second: String) throws -> (Tensor, Tensor) {
    let site = OperatorSite(
      name: builtin.name, range: range, leftRange: range(of: first), rightRange: range(of: second))
    return try elaborator.operands(value(first), value(second), of: site)
  }
}
