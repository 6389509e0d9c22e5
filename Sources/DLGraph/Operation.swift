/// What a node of a graph computes: a value type with its attributes and its type rule.
///
/// The primitives, with evaluation and lowering, stand in `DLOperations`, one file each.
public protocol Operation: Sendable {
  /// The mnemonic in the text form. It and the attributes determine the operation completely.
  var name: String { get }

  /// The attributes in the order in which they print.
  var attributes: AttributeList { get }

  /// The types of the results for operands of the given types.
  ///
  /// - Throws: `TypeError` where the operands don't fit the operation; the message speaks to the author of a model.
  func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType]

  /// True where the operation must not be shared or removed although its operands are equal or its results unused.
  var hasEffect: Bool { get }
}

extension Operation {
  public var hasEffect: Bool { false }

  /// True if the two compute the same function.
  public func isEqual(to other: any Operation) -> Bool {
    name == other.name && attributes == other.attributes
  }
}

/// An operation was applied to operands that it can't take.
public struct TypeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, for example `can't broadcast f32[B, 3] with f32[B, 4]: axis 1 is 3 and 4`.
  public var message: String
  /// More facts, one a line.
  public var notes: [String]

  public init(_ message: String, notes: [String] = []) {
    self.message = message
    self.notes = notes
  }

  public var description: String { message }
}

/// The named attributes of an operation, in the order in which they print.
public struct AttributeList: Hashable, Sendable {
  public private(set) var entries: [Entry]

  public struct Entry: Hashable, Sendable {
    public var name: String
    public var value: Attribute

    public init(name: String, value: Attribute) {
      self.name = name
      self.value = value
    }
  }

  public init(_ entries: KeyValuePairs<String, Attribute> = [:]) {
    self.entries = entries.map { Entry(name: $0.key, value: $0.value) }
  }

  public init(entries: [Entry]) { self.entries = entries }

  public subscript(name: String) -> Attribute? { entries.first { $0.name == name }?.value }
}

extension AttributeList: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, Attribute)...) {
    self.init(entries: elements.map { Entry(name: $0.0, value: $0.1) })
  }
}

/// The value of an attribute.
///
/// Floating-point values are equal where their bits are: -0 differs from 0, and NaN equals itself.
public enum Attribute: Sendable {
  case boolean(Bool)
  case integer(Int)
  case floating(Double)
  case string(String)
  case integers([Int])
  case dimensions([Dimension])
  case elementType(ElementType)
  case type(TensorType)
  case literal(Literal)
  case graph(Graph)
}

extension Attribute: Hashable {
  public static func == (a: Attribute, b: Attribute) -> Bool {
    switch (a, b) {
    case (.boolean(let x), .boolean(let y)): x == y
    case (.integer(let x), .integer(let y)): x == y
    case (.floating(let x), .floating(let y)): x.bitPattern == y.bitPattern
    case (.string(let x), .string(let y)): x == y
    case (.integers(let x), .integers(let y)): x == y
    case (.dimensions(let x), .dimensions(let y)): x == y
    case (.elementType(let x), .elementType(let y)): x == y
    case (.type(let x), .type(let y)): x == y
    case (.literal(let x), .literal(let y)): x == y
    case (.graph(let x), .graph(let y)): x == y
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .boolean(let x): hasher.combine(x)
    case .integer(let x): hasher.combine(x)
    case .floating(let x): hasher.combine(x.bitPattern)
    case .string(let x): hasher.combine(x)
    case .integers(let x): hasher.combine(x)
    case .dimensions(let x): hasher.combine(x)
    case .elementType(let x): hasher.combine(x)
    case .type(let x): hasher.combine(x)
    case .literal(let x): hasher.combine(x)
    case .graph(let x): hasher.combine(x)
    }
  }
}
