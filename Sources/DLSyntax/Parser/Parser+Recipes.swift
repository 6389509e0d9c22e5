extension Parser {
  /// The words that begin a statement of a recipe. All can be names elsewhere.
  static let recipeWords = ["fix", "target", "tuning", "precision", "quantize", "prune", "keep"]

  /// Parses `recipe name for Model { statements }`.
  mutating func recipe(_ documentation: String?) throws -> RecipeDeclaration {
    let start = index
    advance()
    let name = try identifier("the name of the recipe")
    guard at(.for) else { throw failure(expected: "'for' and the model that the recipe is for") }
    advance()
    let model = try identifier("the name of a model")
    guard at(.leftBrace) else { throw failure(expected: "'{'") }
    let opening = advance(as: .membersBrace)
    let statements = try within(.statements) { try $0.recipeStatements(opening) }
    return RecipeDeclaration(
      documentation: documentation, name: name, model: model, statements: statements,
      range: range(from: start))
  }

  /// Parses statements up to the closing brace, and takes that.
  private mutating func recipeStatements(_ opening: Token) throws -> [RecipeStatement] {
    var statements: [RecipeStatement] = []
    while !at(.rightBrace) {
      if isAtEnd || at(.func) || beginsDeclaration { throw failure(unclosedBrace(opening)) }
      let start = index
      starts.append(start)
      do {
        statements.append(try recipeStatement())
        try endStatement(after: "a statement")
      } catch {
        skipStatement(from: start)
        if index == start { advance() }
      }
    }
    advance()
    return statements
  }

  private mutating func recipeStatement() throws -> RecipeStatement {
    let start = index
    switch try recipeWord() {
    case "fix":
      let name = try identifier("the name of a dimension")
      try expect(.assign)
      return .fix(FixStatement(name: name, value: try expression(), range: range(from: start)))
    case "target":
      let name = try string("the name of a CPU in quotes")
      return .target(TargetStatement(name: name, range: range(from: start)))
    case "tuning":
      let path = try string("the name of a file in quotes")
      return .tuning(TuningStatement(path: path, range: range(from: start)))
    case "precision":
      let pattern = try pattern(for: "precision")
      let element = try identifier("an element type")
      return .precision(PrecisionStatement(pattern: pattern, element: element, range: range(from: start)))
    case "quantize": return .quantize(try quantize(from: start))
    case "prune": return .prune(try prune(from: start))
    default: return .keep(KeepStatement(pattern: try pattern(for: "keep"), range: range(from: start)))
    }
  }

  /// Takes the word that begins the statement, put right if it is misspelt.
  private mutating func recipeWord() throws -> String {
    guard current.kind == .identifier else {
      throw failure(.expectedRecipeStatement(foundToken, at: foundRange))
    }
    let word = text(of: current)
    if Self.recipeWords.contains(word) {
      advance()
      return word
    }
    guard let meant = Spelling.nearest(to: word, in: Self.recipeWords) else {
      throw failure(.expectedRecipeStatement(foundToken, at: range(of: current)))
    }
    report(.misspelt(range(of: current), meant: meant))
    advance()
    return meant
  }

  private mutating func quantize(from start: Int) throws -> QuantizeStatement {
    let pattern = try pattern(for: "quantize")
    try expect(word: "to")
    let element = try identifier("i8 or i4")
    var options: [(option: QuantizeStatement.Option, range: SourceRange)] = []
    while current.kind == .identifier, !current.startsLine {
      let start = index
      let word = text(of: advance())
      let option: QuantizeStatement.Option
      switch word {
      case "per":
        let isChannel = at(word: "channel")
        guard isChannel || at(word: "tensor") else { throw failure(expected: "'channel' or 'tensor'") }
        advance()
        option = isChannel ? .perChannel : .perTensor
      case "group": option = .group(try integer("the number of weights of a group"))
      case "dynamic": option = .dynamic
      case "weights":
        try expect(word: "only")
        option = .weightsOnly
      default:
        index = start
        throw failure(.unknownRecipeOption(range(of: current), Self.quantizeOptions))
      }
      options.append((option, range(from: start)))
    }
    return QuantizeStatement(
      pattern: pattern, element: element, options: options, range: range(from: start))
  }

  private static let quantizeOptions = ["per channel", "per tensor", "group", "dynamic", "weights only"]

  private mutating func prune(from start: Int) throws -> PruneStatement {
    let pattern = try pattern(for: "prune")
    try expect(word: "to")
    let amountStart = index
    let count = try integer("a share such as 50% or 2:4")
    let amount: PruneStatement.Amount
    if take(.percent, as: .optionalMark) {
      amount = .percent(count)
    } else {
      guard take(.colon, as: .sliceColon) else { throw failure(expected: "'%' or ':'") }
      amount = .structured(kept: count, of: try integer("the number of weights of which some stay"))
    }
    let amountRange = range(from: amountStart)
    var options: [(option: PruneStatement.Option, range: SourceRange)] = []
    while current.kind == .identifier, !current.startsLine {
      let start = index
      let option: PruneStatement.Option
      switch text(of: advance()) {
      case "globally": option = .globally
      case "block": option = try block()
      case "channels": option = .channels
      case "heads": option = .heads
      case "by":
        try expect(word: "magnitude")
        option = .byMagnitude
      case "multiple": option = .multiple(try integer("the number that divides what remains"))
      default:
        index = start
        throw failure(.unknownRecipeOption(range(of: current), Self.pruneOptions))
      }
      options.append((option, range(from: start)))
    }
    return PruneStatement(
      pattern: pattern, amount: amount, amountRange: amountRange, options: options, range: range(from: start))
  }

  private static let pruneOptions = ["globally", "block", "channels", "heads", "by magnitude", "multiple"]

  /// Parses the size of a block behind the word: one number, or two with `by` between them.
  private mutating func block() throws -> PruneStatement.Option {
    let rows = try integer("the number of rows and columns of a block")
    guard at(word: "by"), !current.startsLine else { return .block(rows: rows, columns: rows) }
    let start = index
    advance()
    if at(word: "magnitude") {
      index = start
      return .block(rows: rows, columns: rows)
    }
    return .block(rows: rows, columns: try integer("the number of columns of a block"))
  }

  // MARK: Parts

  private mutating func pattern(for statement: String) throws -> SourceText {
    try string("the paths of parameters or layers in quotes", hint: "\(statement) \"encoder.*.weight\" …")
  }

  private mutating func string(_ description: String, hint: String? = nil) throws -> SourceText {
    guard case .string(let text) = current.kind, !isAfterLineBreak else {
      throw failure(expected: description, hint: hint)
    }
    return SourceText(text: text, range: range(of: advance()))
  }

  private mutating func integer(_ description: String) throws -> Int {
    guard case .integer(let value) = current.kind, !isAfterLineBreak else {
      throw failure(expected: description)
    }
    advance()
    return value
  }

  private mutating func expect(word: String) throws {
    guard at(word: word), !isAfterLineBreak else { throw failure(expected: "'\(word)'") }
    advance()
  }
}
