// Modules, graphs and nodes.

extension TextParser {
  mutating func module() throws(TextError) -> Module {
    try expectWord("module")
    var module = Module(name: try take(.globalName, "'@' and the name of the module").text)
    while atWord("state") {
      take()
      let name = try take(.globalName, "'@' and the name of the state").text
      _ = try symbolList()
      try expect(":")
      module.states.append(Module.State(name: name, type: try type()))
      scope = []
    }
    while next.kind != .end { module.graphs.append(try graph()) }
    return module
  }

  mutating func graph() throws(TextError) -> Graph {
    try nested { (parser) throws(TextError) in try parser.unnestedGraph() }
  }

  private mutating func unnestedGraph() throws(TextError) -> Graph {
    let outerScope = scope.count
    defer { scope.removeSubrange(outerScope...) }
    try expectWord("func")
    let name = try take(.globalName, "'@' and the name of the graph").text
    var graph = Graph(name: name, symbols: try symbolList())
    var values: [ValueName: ValueID] = [:]
    try expect("(")
    try list(until: ")") { (parser) throws(TextError) in try parser.input(&graph, &values) }

    try expect("->")
    try expect("(")
    var outputs: [(name: String, role: Graph.Role, type: TensorType)] = []
    try list(until: ")") { (parser) throws(TextError) in outputs.append(try parser.output()) }
    try expect("{")
    while !atWord("return") { try node(&graph, &values) }
    take()
    for (index, output) in outputs.enumerated() {
      if index > 0 { try expect(",") }
      let token = next
      let value = try operand(values)
      guard graph.type(of: value) == output.type else {
        throw error(
          "'\(output.name)' is of type \(output.type), but this is \(graph.type(of: value))", at: token)
      }
      graph.outputs.append(Graph.Output(name: output.name, value: value, role: output.role))
    }
    try expect("}")
    return graph
  }

  private mutating func input(
    _ graph: inout Graph, _ values: inout [ValueName: ValueID]
  ) throws(TextError) {
    let role = role(before: .inputName)
    let token = try take(.inputName, "'%' and the name of an input")
    try expect(":")
    let value = graph.addInput(token.text, try type(), role: role)
    guard values.updateValue(value, forKey: ValueName(token)) == nil else {
      throw error("the name '\(token.text)' occurs twice", at: token)
    }
  }

  private mutating func output() throws(TextError) -> (name: String, role: Graph.Role, type: TensorType) {
    var role = Graph.Role.tensor
    var name = try name("the name of an output")
    if !at(":"), let known = Graph.Role(rawValue: name) {
      role = known
      name = try self.name("the name of an output")
    }
    try expect(":")
    return (name, role, try type())
  }

  /// The role that a word gives to the name after it.
  private mutating func role(before kind: TextToken.Kind) -> Graph.Role {
    guard next.kind == .identifier, let role = Graph.Role(rawValue: next.text) else { return .tensor }
    take()
    return role
  }

  private mutating func operand(_ values: [ValueName: ValueID]) throws(TextError) -> ValueID {
    guard next.kind == .inputName || next.kind == .valueNumber else { throw expected("a value") }
    guard let value = values[ValueName(next)] else { throw error("\(next.shown) is not defined before") }
    take()
    return value
  }

  private mutating func node(
    _ graph: inout Graph, _ values: inout [ValueName: ValueID]
  ) throws(TextError) {
    var results: [(token: TextToken, type: TensorType)] = []
    if next.kind == .valueNumber || next.kind == .inputName {
      repeat {
        let token = try take(.valueNumber, "'%' and a number")
        try expect(":")
        results.append((token, try type()))
      } while skip(",")
      try expect("=")
    }
    let start = next
    let name = try take(.identifier, "an operation").text
    try expect("(")
    var operands: [ValueID] = []
    try list(until: ")") { (parser) throws(TextError) in operands.append(try parser.operand(values)) }
    let attributes = try attributeList()

    let defined: [ValueID]
    do throws(TypeError) {
      guard let operation = try operations.operation(name, attributes) else {
        throw TypeError("there is no operation '\(name)'")
      }
      defined = try graph.append(operation, operands)
    } catch { throw self.error(error.message, at: start) }
    guard defined.count == results.count else {
      throw error("\(name) has \(defined.count) results, not \(results.count)", at: start)
    }
    for (value, result) in zip(defined, results) {
      guard graph.type(of: value) == result.type else {
        let found = graph.type(of: value)
        throw error(
          "\(result.token.shown) is given as \(result.type), but \(name) gives \(found)", at: result.token)
      }
      guard values.updateValue(value, forKey: ValueName(result.token)) == nil else {
        throw error("\(result.token.shown) is defined twice", at: result.token)
      }
    }
  }
}

/// What a value goes by: the name of an input, or a number.
private struct ValueName: Hashable {
  let kind: TextToken.Kind
  let text: String

  init(_ token: TextToken) {
    kind = token.kind
    text = token.text
  }
}
