/// A graph breaks a rule of the IR: the pass that made it has a bug.
public struct VerificationError: Error, Hashable, Sendable, CustomStringConvertible {
  public let graph: String
  /// Every broken rule, with the place.
  public let violations: [String]

  public var description: String {
    (["the graph '\(graph)' is invalid:"] + violations).joined(separator: "\n  ")
  }
}

extension Graph {
  /// Checks what every pass may rely on.
  ///
  /// Every value is defined once, before its uses, by what it names as its definition; its type is what the type rule
  /// gives; the names of inputs are distinct, as are those of outputs; every symbol is declared, by this graph or one
  /// around it, and no two symbols in reach have one name. The same holds for graphs in attributes.
  public func verify() throws(VerificationError) {
    var verifier = Verifier(graph: self, outerSymbols: [])
    verifier.run()
    if !verifier.violations.isEmpty {
      throw VerificationError(graph: name, violations: verifier.violations)
    }
  }
}

extension Module {
  /// Checks every graph, and that names of graphs and of states are distinct and states are used with their type.
  public func verify() throws(VerificationError) {
    var violations: [String] = []
    for repeated in graphs.map(\.name).repetitions { violations.append("two graphs are named '\(repeated)'") }
    for repeated in states.map(\.name).repetitions { violations.append("two states are named '\(repeated)'") }
    for graph in graphs {
      let uses =
        graph.inputs.filter { $0.role == .state }.map { ($0.name, $0.value) }
        + graph.outputs.filter { $0.role == .state }.map { ($0.name, $0.value) }
      for (name, value) in uses where graph.values.indices.contains(value.index) {
        let state = states.first { $0.name == name }
        if state?.type != graph.type(of: value) {
          let type = state.map { "of type \($0.type)" } ?? "not declared"
          violations.append(
            "\(graph.name): the state '\(name)' is \(type), but used as \(graph.type(of: value))")
        }
      }
    }
    if !violations.isEmpty { throw VerificationError(graph: name, violations: violations) }
    for graph in graphs { try graph.verify() }
  }
}

/// Collects what is wrong with a graph.
private struct Verifier {
  let graph: Graph
  let outerSymbols: [Symbol]
  private(set) var violations: [String] = []
  private var isDefined: [Bool]

  init(graph: Graph, outerSymbols: [Symbol]) {
    self.graph = graph
    self.outerSymbols = outerSymbols
    isDefined = [Bool](repeating: false, count: graph.values.count)
  }

  private mutating func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { violations.append(message()) }
  }

  mutating func run() {
    checkSymbols()
    for (index, input) in graph.inputs.enumerated() {
      define(input.value, as: .input(index), "input '\(input.name)'")
    }
    for (index, node) in graph.nodes.enumerated() { check(node, NodeID(index)) }
    for output in graph.outputs {
      require(isKnown(output.value), "output '\(output.name)' is an undefined value")
    }
    for (index, isDefined) in isDefined.enumerated() where !isDefined {
      violations.append("%\(index) has no definition")
    }
    for name in graph.inputs.map(\.name).repetitions { violations.append("two inputs are named '\(name)'") }
    for name in graph.outputs.map(\.name).repetitions { violations.append("two outputs are named '\(name)'") }
  }

  private func isKnown(_ value: ValueID) -> Bool {
    graph.values.indices.contains(value.index) && isDefined[value.index]
  }

  private mutating func define(_ value: ValueID, as definition: Value.Definition, _ place: String) {
    guard graph.values.indices.contains(value.index) else {
      violations.append("\(place) is out of range: %\(value.index)")
      return
    }
    require(!isDefined[value.index], "\(place) defines %\(value.index) again")
    require(graph[value].definition == definition, "%\(value.index) is not defined by \(place), as it says")
    isDefined[value.index] = true
  }

  private mutating func check(_ node: Node, _ id: NodeID) {
    let place = "node \(id.index) (\(node.operation.name))"
    let operandsAreKnown = node.operands.allSatisfy(isKnown)
    require(operandsAreKnown, "\(place) uses a value before its definition")
    for (index, result) in node.results.enumerated() {
      define(result, as: .result(id, index), "result \(index) of \(place)")
    }
    for entry in node.operation.attributes.entries { check(entry.value, "\(place), \(entry.name)") }
    guard operandsAreKnown, node.results.allSatisfy(isKnown) else { return }
    do throws(TypeError) {
      let types = try node.operation.resultTypes(for: node.operands.map { graph.type(of: $0) })
      let found = node.results.map { graph.type(of: $0) }
      require(types == found, "\(place) gives \(types), but its results are \(found)")
    } catch { violations.append("\(place) has operands that don't fit: \(error)") }
  }

  private mutating func check(_ attribute: Attribute, _ place: String) {
    switch attribute {
    case .dimensions(let dimensions): checkDeclared(dimensions, place)
    case .type(let type): checkDeclared(type.shape, place)
    case .graph(let body):
      var verifier = Verifier(graph: body, outerSymbols: outerSymbols + graph.symbols)
      verifier.run()
      violations += verifier.violations.map { "\(place): \($0)" }
    case .boolean, .integer, .floating, .string, .integers, .elementType, .literal: break
    }
  }

  private mutating func checkSymbols() {
    var known: [String: Symbol] = [:]
    for symbol in outerSymbols { known[symbol.name] = symbol }
    for name in graph.symbols.map(\.name).repetitions { violations.append("two symbols are named '\(name)'") }
    for symbol in graph.symbols {
      require(symbol.name.isIdentifier, "the name of the symbol '\(symbol.name)' is no identifier")
      require(
        known[symbol.name] ?? symbol == symbol,
        "the symbol '\(symbol.name)' differs from one around the graph")
      if let upper = symbol.upper { checkDeclared([upper], "the bound of '\(symbol.name)'") }
    }
    for (index, value) in graph.values.enumerated() { checkDeclared(value.type.shape, "%\(index)") }
  }

  private mutating func checkDeclared(_ dimensions: [Dimension], _ place: String) {
    for symbol in Set(dimensions.flatMap(\.symbols)).sorted(by: { $0.name < $1.name })
    where !graph.symbols.contains(symbol) && !outerSymbols.contains(symbol) {
      let other = (graph.symbols + outerSymbols).contains { $0.name == symbol.name }
      violations.append(
        "\(place) uses the symbol '\(symbol.name)'"
          + (other ? " with other bounds" : ", which is not declared"))
    }
  }
}

extension [String] {
  /// The elements that occur more than once.
  fileprivate var repetitions: [String] {
    var seen: Set<String> = []
    return filter { !seen.insert($0).inserted }
  }
}
