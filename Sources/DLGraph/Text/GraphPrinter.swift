/// Writes the text form of graphs.
struct GraphPrinter {
  private(set) var text = ""
  private(set) var resources: [String: Literal] = [:]
  private let showsSites: Bool
  private var indentation = 0

  /// Literals with more elements stand beside the text.
  private static let maximumInlineCount = 16
  /// Where the head of a graph is longer, its inputs get lines of their own.
  private static let maximumLineLength = 110

  init(showsSites: Bool) { self.showsSites = showsSites }

  mutating func print(_ module: Module) {
    text += "module @\(name(module.name))\n"
    if !module.states.isEmpty { text += "\n" }
    for state in module.states {
      let symbols = symbolList(state.type.shape.reduce(0, +).symbols)
      text += "state @\(name(state.name))\(symbols): \(state.type)\n"
    }
    for graph in module.graphs {
      text += "\n"
      print(graph)
      text += "\n"
    }
  }

  mutating func print(_ graph: Graph) {
    let inputs = graph.inputs.map { input in
      "\(role(input.role))%\(name(input.name)): \(graph.type(of: input.value))"
    }
    let outputs = graph.outputs.map { output in
      "\(role(output.role))\(name(output.name)): \(graph.type(of: output.value))"
    }
    let start = "func @\(name(graph.name))\(symbolList(graph.symbols))("
    let end = ") -> (\(outputs.joined(separator: ", "))) {"
    let line = start + inputs.joined(separator: ", ") + end
    if line.count <= Self.maximumLineLength {
      text += line
    } else {
      text += start
      indentation += 2
      for (index, input) in inputs.enumerated() {
        newLine()
        text += input + (index + 1 < inputs.count ? "," : "")
      }
      indentation -= 2
      newLine()
      text += end
    }
    indentation += 1
    for node in graph.nodes { print(node, in: graph) }
    newLine()
    text += "return"
    let values = graph.outputs.map { reference($0.value, in: graph) }
    if !values.isEmpty { text += " " + values.joined(separator: ", ") }
    indentation -= 1
    newLine()
    text += "}"
  }

  private mutating func print(_ node: Node, in graph: Graph) {
    newLine()
    if !node.results.isEmpty {
      text += node.results.map { "\(reference($0, in: graph)): \(graph.type(of: $0))" }.joined(
        separator: ", ")
      text += " = "
    }
    let operands = node.operands.map { reference($0, in: graph) }
    text += "\(node.operation.name)(\(operands.joined(separator: ", ")))"
    let attributes = node.operation.attributes.entries
    if !attributes.isEmpty {
      text += " {"
      for (index, entry) in attributes.enumerated() {
        text += index == 0 ? "" : ", "
        text += "\(name(entry.name)) = "
        print(entry.value)
      }
      text += "}"
    }
    if showsSites, !node.sites.isEmpty {
      let sites = node.sites.map { site in
        "\(site.file):\(site.line):\(site.column)" + (site.path.isEmpty ? "" : " \(site.path)")
      }
      // A line break in a name would end the comment.
      text += "  // " + String(sites.joined(separator: ", ").map { $0.isNewline ? " " : $0 })
    }
  }

  private mutating func newLine() { text += "\n" + String(repeating: "  ", count: indentation) }

  private func role(_ role: Graph.Role) -> String { role == .tensor ? "" : "\(role.rawValue) " }

  private func reference(_ value: ValueID, in graph: Graph) -> String {
    switch graph[value].definition {
    case .input(let index): "%\(name(graph.inputs[index].name))"
    case .result: "%\(value.index)"
    }
  }

  private func symbolList(_ symbols: [Symbol]) -> String {
    if symbols.isEmpty { return "" }
    return "[\(symbols.map(\.declaration).joined(separator: ", "))]"
  }

  private func name(_ name: String) -> String { name.isIdentifier ? name : name.quoted }
}

// MARK: Attributes

extension GraphPrinter {
  private mutating func print(_ attribute: Attribute) {
    switch attribute {
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .floating(let value): text += value.exactText
    case .string(let value): text += value.quoted
    case .integers(let values): text += "[\(values.map(String.init).joined(separator: ", "))]"
    case .dimensions(let values): text += "[\(values.map(\.description).joined(separator: ", "))]"
    case .elementType(let type): text += type.description
    case .type(let type): text += type.description
    case .literal(let literal): print(literal)
    case .graph(let graph): print(graph)
    }
  }

  private mutating func print(_ literal: Literal) {
    text += literal.type.description
    if literal.count > Self.maximumInlineCount {
      text += "(@\(key(of: literal)))"
    } else {
      text += "(\(literal.elementTexts.joined(separator: ", ")))"
    }
  }

  /// The key under which a literal stands beside the text: the same for equal ones.
  private mutating func key(of literal: Literal) -> String {
    var key = "x" + String(literal.fingerprint, radix: 16)
    while let other = resources[key], other != literal { key += "_" }
    resources[key] = literal
    return key
  }
}
