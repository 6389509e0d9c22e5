extension Parser {
  /// The words that begin a declaration. All but `func` can be names elsewhere.
  static let declarationWords = ["import", "const", "func", "layer", "model", "recipe"]

  /// Parses a whole file.
  mutating func declarations() -> [Declaration] {
    var declarations: [Declaration] = []
    while !isAtEnd {
      let start = index
      starts.append(start)
      do {
        declarations.append(try declaration())
        if !isAtEnd, !current.startsLine { throw failure(expected: "a line break") }
      } catch {
        skipDeclaration(from: start)
      }
    }
    return declarations
  }

  private mutating func declaration() throws -> Declaration {
    let documentation = documentation()
    if at(.func) { return .function(try function(documentation)) }
    guard current.kind == .identifier else {
      throw failure(.expectedDeclaration(foundToken, at: range(of: current)))
    }
    switch try declarationWord() {
    case "import": return .importing(try importDeclaration())
    case "const": return .constant(try constant(documentation))
    case "layer": return .layer(try layer(.layer, documentation))
    case "model": return .layer(try layer(.model, documentation))
    case "recipe": return .recipe(try recipe(documentation))
    default: return .function(try function(documentation))
    }
  }

  /// The word that begins the declaration, put right if it is misspelt.
  private mutating func declarationWord() throws -> String {
    let word = text(of: current)
    if Self.declarationWords.contains(word) { return word }
    guard let meant = Spelling.meant(by: word, among: Self.declarationWords), peek().kind == .identifier
    else {
      throw failure(.expectedDeclaration(foundToken, at: range(of: current)))
    }
    report(.misspelt(range(of: current), meant: meant))
    return meant
  }

  /// Goes to the next line that begins a declaration.
  private mutating func skipDeclaration(from start: Int) {
    if index == start { advance() }
    while !isAtEnd {
      if current.startsLine {
        if at(.func) { return }
        if current.kind == .identifier, Self.declarationWords.contains(text(of: current)),
          peek().kind == .identifier
        {
          return
        }
      }
      skipStatement(from: index)
      _ = take(.rightBrace)
    }
  }

  private mutating func importDeclaration() throws -> ImportDeclaration {
    let start = index
    advance()
    var name = try identifier("the name of a module")
    var path = [name]
    while take(.dot) {
      name = try identifier("a name")
      path.append(name)
    }
    return ImportDeclaration(path: path, name: name, range: range(from: start))
  }

  private mutating func constant(_ documentation: String?) throws -> ConstantDeclaration {
    let start = index
    advance()
    let name = try identifier("the name of the constant")
    let type = take(.colon) ? try type() : nil
    try expect(.assign, or: type == nil ? "':'" : nil)
    let value = try expression()
    return ConstantDeclaration(
      documentation: documentation, name: name, type: type, value: value, range: range(from: start))
  }

  /// Parses `func name(parameters) -> Result { … }`.
  mutating func function(_ documentation: String?) throws -> FunctionDeclaration {
    let start = index
    advance()
    let name = try identifier("the name of the function")
    guard at(.leftParenthesis) else { throw failure(expected: "'('") }
    let parameters = try parameters()
    let result = take(.arrow) ? try type() : nil
    let body = try block(after: result == nil ? "'->'" : nil)
    return FunctionDeclaration(
      documentation: documentation, name: name, parameters: parameters, result: result, body: body,
      range: range(from: start))
  }

  /// Parses `(name: Type = default, …)`.
  mutating func parameters() throws -> [Parameter] {
    try list(as: .attachedBracket) { parser in
      let start = parser.index
      let name = try parser.identifier("the name of a parameter")
      try parser.expect(.colon, hint: "a parameter is written 'name: Type'")
      let type = try parser.type()
      let value = parser.take(.assign) ? try parser.expression() : nil
      return Parameter(name: name, type: type, defaultValue: value, range: parser.range(from: start))
    }
  }
}
