// Symbols with their bounds, which may name symbols that come later.

extension TextParser {
  /// The symbols in brackets, if there are any; they join the scope.
  mutating func symbolList() throws(TextError) -> [Symbol] {
    guard skip("[") else { return [] }
    var declarations: [SymbolDeclaration] = []
    try list(until: "]") { (parser) throws(TextError) in
      declarations.append(try parser.symbolDeclaration())
    }
    let end = position
    for index in declarations.indices {
      let declaration = declarations[index]
      if declarations[..<index].contains(where: { $0.name.text == declaration.name.text }) {
        throw error("the symbol '\(declaration.name.text)' is declared twice", at: declaration.name)
      }
    }
    var resolver = SymbolResolver(declarations: declarations)
    var symbols: [Symbol] = []
    for declaration in declarations { symbols.append(try resolver.resolve(declaration, with: &self)) }
    position = end
    scope += symbols
    return symbols
  }

  private mutating func symbolDeclaration() throws(TextError) -> SymbolDeclaration {
    let name = try take(.identifier, "the name of a symbol")
    try expectWord("in")
    let sign = skip("-") ? "-" : ""
    guard next.kind == .number, let lower = Int(sign + next.text) else { throw expected("an integer") }
    take()
    try expect("...")
    if at(",") || at("]") { return SymbolDeclaration(name: name, lower: lower, upper: nil) }
    let upper = position
    // Only to find where it ends: its symbols may not be known yet.
    _ = try expression { _ in 0 }
    return SymbolDeclaration(name: name, lower: lower, upper: upper)
  }
}

/// A symbol whose upper bound is not read yet.
private struct SymbolDeclaration {
  let name: TextToken
  let lower: Int
  /// The position of its tokens.
  let upper: Int?
}

/// Reads upper bounds in the order in which they depend on each other.
private struct SymbolResolver {
  let declarations: [SymbolDeclaration]
  private var resolved: [String: Symbol] = [:]
  private var depth = 0
  /// Comparing symbols takes time exponential in it.
  private static let maximumDepth = 8

  init(declarations: [SymbolDeclaration]) { self.declarations = declarations }

  mutating func resolve(
    _ declaration: SymbolDeclaration, with parser: inout TextParser
  ) throws(TextError) -> Symbol {
    let name = declaration.name.text
    if let symbol = resolved[name] { return symbol }
    if depth == Self.maximumDepth {
      throw parser.error("the bounds of symbols depend on each other too deeply", at: declaration.name)
    }
    depth += 1
    defer { depth -= 1 }
    var upper: IntegerExpression?
    if let position = declaration.upper {
      let start = parser.position
      // First the symbols that the bound names, then the bound.
      parser.position = position
      var names: Set<String> = []
      _ = try parser.expression { name in
        names.insert(name)
        return 0
      }
      var known: [String: Symbol] = [:]
      for other in declarations where names.contains(other.name.text) {
        known[other.name.text] = try resolve(other, with: &parser)
      }
      parser.position = position
      let scope = parser.scope
      upper = try parser.expression { name in
        (known[name] ?? scope.last { $0.name == name }).map { IntegerExpression($0) }
      }
      parser.position = start
    }
    let symbol = Symbol(name, lower: declaration.lower, upper: upper)
    resolved[name] = symbol
    return symbol
  }
}
