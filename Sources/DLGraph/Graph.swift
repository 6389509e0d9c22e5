/// Names a value of one graph.
public struct ValueID: Hashable, Comparable, Sendable {
  public let index: Int
  public init(_ index: Int) { self.index = index }
  public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// Names a node of one graph.
public struct NodeID: Hashable, Comparable, Sendable {
  public let index: Int
  public init(_ index: Int) { self.index = index }
  public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// Where in the model's source something comes from.
public struct Site: Hashable, Sendable {
  public var file: String
  public var line: Int
  public var column: Int
  /// The path of the layer instance, for example `h.3.attn`; empty in the model itself.
  public var path: String

  public init(file: String, line: Int, column: Int, path: String) {
    self.file = file
    self.line = line
    self.column = column
    self.path = path
  }
}

/// An operation applied to values.
public struct Node: Sendable {
  public var operation: any Operation
  public var operands: [ValueID]
  public var results: [ValueID]
  /// Where the node comes from; several where nodes were merged.
  public var sites: [Site]

  package init(operation: any Operation, operands: [ValueID], results: [ValueID], sites: [Site]) {
    self.operation = operation
    self.operands = operands
    self.results = results
    self.sites = sites
  }
}

/// A value: its type and where it is defined.
public struct Value: Hashable, Sendable {
  public enum Definition: Hashable, Sendable {
    /// The graph's input of this position.
    case input(Int)
    /// A result of a node.
    case result(NodeID, Int)
  }

  public var type: TensorType
  public var definition: Definition

  package init(type: TensorType, definition: Definition) {
    self.type = type
    self.definition = definition
  }
}

/// A function on tensors: a list of nodes in topological order.
///
/// A graph is built by appending and changed by writing a new one (`rewritten`): there are no uses to keep in step.
public struct Graph: Sendable {
  public var name: String
  /// The symbols that occur in the types of the inputs, in the order in which the compiled function takes them.
  public var symbols: [Symbol]
  public private(set) var values: [Value] = []
  public private(set) var nodes: [Node] = []
  public private(set) var inputs: [Input] = []
  public var outputs: [Output] = []

  /// A named value that the caller gives.
  public struct Input: Hashable, Sendable {
    public var name: String
    public var value: ValueID
    public var role: Role

    package init(name: String, value: ValueID, role: Role) {
      self.name = name
      self.value = value
      self.role = role
    }
  }

  /// A named value that the caller gets.
  public struct Output: Hashable, Sendable {
    public var name: String
    public var value: ValueID
    public var role: Role

    public init(name: String, value: ValueID, role: Role = .tensor) {
      self.name = name
      self.value = value
      self.role = role
    }
  }

  /// What an input or output is to the caller.
  public enum Role: String, Hashable, Sendable {
    /// An argument or result.
    case tensor
    /// The value of a model's state of that name: before the call as an input, after it as an output.
    case state
  }

  public init(name: String, symbols: [Symbol] = []) {
    self.name = name
    self.symbols = symbols
  }

  /// A graph of given parts, unchecked: for tests of the verifier.
  package init(
    name: String, symbols: [Symbol] = [], values: [Value], nodes: [Node], inputs: [Input], outputs: [Output]
  ) {
    self.init(name: name, symbols: symbols)
    self.values = values
    self.nodes = nodes
    self.inputs = inputs
    self.outputs = outputs
  }

  public subscript(value: ValueID) -> Value { values[value.index] }
  public subscript(node: NodeID) -> Node { nodes[node.index] }

  public func type(of value: ValueID) -> TensorType { values[value.index].type }

  /// The node that computes a value, with its identity; nil for an input.
  public func definingNode(of value: ValueID) -> Node? {
    guard case .result(let node, _) = values[value.index].definition else { return nil }
    return nodes[node.index]
  }

  /// Adds an input after the existing ones.
  public mutating func addInput(_ name: String, _ type: TensorType, role: Role = .tensor) -> ValueID {
    let value = ValueID(values.count)
    values.append(Value(type: type, definition: .input(inputs.count)))
    inputs.append(Input(name: name, value: value, role: role))
    return value
  }

  /// Appends a node and returns its results.
  ///
  /// - Throws: what the operation's type rule throws.
  @discardableResult
  public mutating func append(
    _ operation: any Operation, _ operands: [ValueID], sites: [Site] = []
  ) throws(TypeError) -> [ValueID] {
    let types = try operation.resultTypes(for: operands.map { type(of: $0) })
    let node = NodeID(nodes.count)
    var results: [ValueID] = []
    for (index, type) in types.enumerated() {
      results.append(ValueID(values.count))
      values.append(Value(type: type, definition: .result(node, index)))
    }
    nodes.append(Node(operation: operation, operands: operands, results: results, sites: sites))
    return results
  }

  /// The number of uses of each value, by nodes and by outputs.
  public func useCounts() -> [Int] {
    var counts = [Int](repeating: 0, count: values.count)
    for node in nodes { for operand in node.operands { counts[operand.index] += 1 } }
    for output in outputs { counts[output.value.index] += 1 }
    return counts
  }
}

extension Graph {
  /// A graph with the same inputs and outputs in which every node is replaced by what `rewrite` returns.
  ///
  /// - Parameter rewrite: gets a node, its operands in the new graph, and the new graph to append to; returns the
  ///   values that take the place of the node's results, or nil to keep the node as it is.
  public func rewritten(
    _ rewrite: (_ node: Node, _ operands: [ValueID], _ graph: inout Graph) throws -> [ValueID]?
  ) throws -> Graph {
    var result = Graph(name: name, symbols: symbols)
    var mapping = [ValueID](repeating: ValueID(0), count: values.count)
    for input in inputs {
      mapping[input.value.index] = result.addInput(input.name, type(of: input.value), role: input.role)
    }
    for node in nodes {
      let operands = node.operands.map { mapping[$0.index] }
      let replacements =
        try rewrite(node, operands, &result) ?? result.append(node.operation, operands, sites: node.sites)
      for (old, new) in zip(node.results, replacements) { mapping[old.index] = new }
    }
    result.outputs = outputs.map { Output(name: $0.name, value: mapping[$0.value.index], role: $0.role) }
    return result
  }

  /// Appends the nodes of another graph, with its inputs bound to values of this one.
  ///
  /// - Returns: the values of the other graph's outputs.
  public mutating func inline(_ body: Graph, _ arguments: [ValueID]) throws(TypeError) -> [ValueID] {
    var mapping = [ValueID](repeating: ValueID(0), count: body.values.count)
    for (input, argument) in zip(body.inputs, arguments) { mapping[input.value.index] = argument }
    for node in body.nodes {
      let results = try append(node.operation, node.operands.map { mapping[$0.index] }, sites: node.sites)
      for (old, new) in zip(node.results, results) { mapping[old.index] = new }
    }
    return body.outputs.map { mapping[$0.value.index] }
  }
}

extension Graph: Hashable {
  /// Equality of everything but the sites.
  public static func == (a: Graph, b: Graph) -> Bool {
    a.name == b.name && a.symbols == b.symbols && a.values == b.values && a.inputs == b.inputs
      && a.outputs == b.outputs && a.nodes.count == b.nodes.count
      && zip(a.nodes, b.nodes).allSatisfy {
        $0.operands == $1.operands && $0.results == $1.results && $0.operation.isEqual(to: $1.operation)
      }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(values)
    for node in nodes {
      hasher.combine(node.operation.name)
      hasher.combine(node.operation.attributes)
      hasher.combine(node.operands)
    }
  }
}
