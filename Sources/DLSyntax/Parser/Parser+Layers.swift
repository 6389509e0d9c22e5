extension Parser {
  /// The words that begin a member. All but `let` and `func` can be names elsewhere.
  static let memberWords = ["param", "buffer", "state", "dim", "let", "func"]

  /// Parses `layer Name(hyperparameters) { members }`, also with `model`.
  mutating func layer(_ kind: LayerDeclaration.Kind, _ documentation: String?) throws -> LayerDeclaration {
    let start = index
    advance()
    let name = try identifier("the name of the \(kind.rawValue)")
    let parameters = at(.leftParenthesis) ? try parameters() : []
    guard at(.leftBrace) else { throw failure(expected: "'{'") }
    let opening = advance(as: .membersBrace)
    let members = try within(.statements) { try $0.members(opening) }
    return LayerDeclaration(
      documentation: documentation, kind: kind, name: name, parameters: parameters, members: members,
      range: range(from: start))
  }

  /// Parses members up to the closing brace, and takes that.
  private mutating func members(_ opening: Token) throws -> [Member] {
    var members: [Member] = []
    while !at(.rightBrace) {
      if isAtEnd || beginsDeclaration { throw failure(unclosedBrace(opening)) }
      let start = index
      starts.append(start)
      do {
        members.append(try member())
        try endStatement(after: "a member")
      } catch {
        skipStatement(from: start)
        if index == start { advance() }
      }
    }
    advance()
    return members
  }

  /// Whether a declaration begins here that no layer or function can contain.
  var beginsDeclaration: Bool {
    current.startsLine && current.kind == .identifier && peek().kind == .identifier && !peek().startsLine
      && ["import", "const", "layer", "model", "recipe"].contains(text(of: current))
  }

  private mutating func member() throws -> Member {
    let documentation = documentation()
    switch current.kind {
    case .keyword(.func): return .function(try function(documentation))
    case .keyword(.let): return .constant(try binding(documentation))
    case .keyword(.var): throw failure(.variableMember(range(of: current)))
    case .identifier: break
    default: throw failure(.expectedMember(foundToken, at: range(of: current)))
    }
    let next = peek()
    if next.kind == .symbol(.assign) { return .sublayer(try sublayer(documentation)) }
    guard next.kind == .identifier, !next.startsLine else { throw notAMember() }
    let word = try memberWord()
    if let kind = TensorMember.Kind(rawValue: word) { return .tensor(try tensor(kind, documentation)) }
    switch word {
    case "dim": return .dimension(try dimension(documentation))
    case "func": return .function(try function(documentation))
    default: return .constant(try binding(documentation))
    }
  }

  /// The word that begins the member, put right if it is misspelt.
  private mutating func memberWord() throws -> String {
    let word = text(of: current)
    if TensorMember.Kind(rawValue: word) != nil || word == "dim" { return word }
    guard let meant = Spelling.meant(by: word, among: Self.memberWords) else { throw notAMember() }
    report(.misspelt(range(of: current), meant: meant))
    return meant
  }

  /// Says what a member looks like, the current token being a name.
  private mutating func notAMember() -> Failure {
    let name = text(of: current)
    if peek().kind == .symbol(.colon) { return failure(.untypedMember(range(of: current))) }
    return failure(.expectedMember("'\(name)'", at: range(of: current)))
  }

  private mutating func tensor(_ kind: TensorMember.Kind, _ documentation: String?) throws -> TensorMember {
    let start = index
    advance()
    let name = try identifier("the name of the tensor")
    try expect(.colon, hint: "a tensor is written '\(kind.rawValue) name: f32[…]'")
    let type = try type()
    let condition = try memberCondition()
    return TensorMember(
      documentation: documentation, kind: kind, name: name, type: type, condition: condition,
      range: range(from: start))
  }

  private mutating func sublayer(_ documentation: String?) throws -> SublayerMember {
    let start = index
    let name = try identifier("the name of the member")
    try expect(.assign)
    let value = try expression()
    let condition = try memberCondition()
    return SublayerMember(
      documentation: documentation, name: name, value: value, condition: condition, range: range(from: start))
  }

  private mutating func dimension(_ documentation: String?) throws -> DimensionMember {
    let start = index
    advance()
    let name = try identifier("the name of the dimension")
    try expectIn()
    let boundsStart = index
    guard case .range(let bounds) = try expression() else {
      throw failure(.dimensionWithoutRange(range(from: boundsStart)))
    }
    return DimensionMember(
      documentation: documentation, name: name, bounds: bounds, range: range(from: start))
  }

  /// Parses `if condition` after a member, on the same line.
  private mutating func memberCondition() throws -> Expression? {
    guard at(.if), !isAfterLineBreak else { return nil }
    advance()
    return try expression()
  }
}
