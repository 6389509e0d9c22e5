/// A module or graph as text that a person can read and that reads back to an equal one.
///
///     module @Digits
///
///     func @forward[B in 1...64](%image: f32[B, 64]) -> (logits: f32[B, 10]) {
///       %1: f32[64, 10] = parameter() {name = "fc.weight"}
///       %2: f32[B, 10] = contract(%image, %1) {...}  // digits.dl:12:5 fc
///       return %2
///     }
///
/// Inputs go by their names, other values by their number in the graph. `//` begins a comment. Reading it back numbers
/// the values anew, inputs first: graphs whose inputs were added first, as all passes leave them, read back equal.
public struct GraphText: Sendable {
  public var text: String
  /// The literals that are too large for the text, by the keys that stand in their place.
  public var resources: [String: Literal]

  public init(_ text: String, resources: [String: Literal] = [:]) {
    self.text = text
    self.resources = resources
  }

  /// - Parameter sites: whether comments say where each node comes from.
  public init(_ module: Module, sites: Bool = false) {
    var printer = GraphPrinter(showsSites: sites)
    printer.print(module)
    self.init(printer.text, resources: printer.resources)
  }

  /// - Parameter sites: whether comments say where each node comes from.
  public init(_ graph: Graph, sites: Bool = false) {
    var printer = GraphPrinter(showsSites: sites)
    printer.print(graph)
    self.init(printer.text + "\n", resources: printer.resources)
  }

  /// The module that the text says.
  public func module(_ operations: OperationRegistry) throws(TextError) -> Module {
    var parser = try TextParser(self, operations)
    return try parser.module()
  }

  /// The graph that the text says.
  public func graph(_ operations: OperationRegistry) throws(TextError) -> Graph {
    var parser = try TextParser(self, operations)
    let graph = try parser.graph()
    try parser.expectEnd()
    return graph
  }
}

/// The text of a graph is wrong.
public struct TextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// From 1.
  public let line: Int
  /// In bytes, from 1.
  public let column: Int
  /// What was expected and what was found.
  public let message: String

  /// For example `3:14: expected ')'`.
  public var description: String { "\(line):\(column): \(message)" }
}

extension Graph: CustomStringConvertible {
  public var description: String { GraphText(self).text }
}

extension Module: CustomStringConvertible {
  public var description: String { GraphText(self).text }
}
