import DLGraph

// What operations read from their attributes. Every function throws a `TypeError` that names the attribute
// where it is missing or of another kind.

extension AttributeList {
  func boolean(_ name: String) throws(TypeError) -> Bool {
    guard case .boolean(let value) = try required(name) else {
      throw wrongKind(name, "true or false")
    }
    return value
  }

  func integer(_ name: String) throws(TypeError) -> Int {
    guard case .integer(let value) = try required(name) else {
      throw wrongKind(name, "an integer")
    }
    return value
  }

  func string(_ name: String) throws(TypeError) -> String {
    guard case .string(let value) = try required(name) else {
      throw wrongKind(name, "a string")
    }
    return value
  }

  /// The string of an attribute that may be left out.
  func optionalString(_ name: String) throws(TypeError) -> String? {
    self[name] == nil ? nil : try string(name)
  }

  /// A list of integers; constant dimensions count as such, because an empty list is written alike.
  func integers(_ name: String) throws(TypeError) -> [Int] {
    switch try required(name) {
    case .integers(let values): return values
    case .dimensions(let values) where values.allSatisfy { $0.constantValue != nil }:
      return values.compactMap(\.constantValue)
    default: throw wrongKind(name, "a list of integers")
    }
  }

  /// Two lists of integers of one length, pair by pair.
  func pairs(_ first: String, _ second: String) throws(TypeError) -> [(Int, Int)] {
    let (a, b) = (try integers(first), try integers(second))
    guard a.count == b.count else {
      throw TypeError(
        "the attributes `\(first)` and `\(second)` must be of one length, not \(a.count) and \(b.count)")
    }
    return Array(zip(a, b))
  }

  /// A list of dimensions; integers count as such.
  func dimensions(_ name: String) throws(TypeError) -> [Dimension] {
    switch try required(name) {
    case .dimensions(let values): return values
    case .integers(let values): return values.map { Dimension($0) }
    default: throw wrongKind(name, "a list of dimensions")
    }
  }

  func elementType(_ name: String) throws(TypeError) -> ElementType {
    guard case .elementType(let value) = try required(name) else {
      throw wrongKind(name, "an element type")
    }
    return value
  }

  /// The element type of an attribute that may be left out.
  func optionalElementType(_ name: String) throws(TypeError) -> ElementType? {
    self[name] == nil ? nil : try elementType(name)
  }

  func type(_ name: String) throws(TypeError) -> TensorType {
    guard case .type(let value) = try required(name) else {
      throw wrongKind(name, "a type")
    }
    return value
  }

  func literal(_ name: String) throws(TypeError) -> Literal {
    guard case .literal(let value) = try required(name) else {
      throw wrongKind(name, "a literal")
    }
    return value
  }

  func graph(_ name: String) throws(TypeError) -> Graph {
    guard case .graph(let value) = try required(name) else {
      throw wrongKind(name, "a graph")
    }
    return value
  }

  /// One of the cases of an enumeration, by its raw value.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, of type: Choice.Type = Choice.self
  ) throws(TypeError) -> Choice where Choice.RawValue == String {
    let text = try string(name)
    guard let value = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw TypeError(
        "the attribute `\(name)` can't be \"\(text)\"", notes: ["it is one of \(known)"])
    }
    return value
  }

  private func required(_ name: String) throws(TypeError) -> Attribute {
    guard let value = self[name] else { throw TypeError("the attribute `\(name)` is missing") }
    return value
  }

  private func wrongKind(_ name: String, _ expected: String) -> TypeError {
    TypeError("the attribute `\(name)` must be \(expected)")
  }
}
