import DLSyntax

/// Derives random sentences from a grammar.
struct SentenceGenerator {
  private let grammar: Grammar
  private var random: SplitMix
  /// For each rule, how deep the shallowest derivation from it is.
  private let heights: [String: Int]
  private var text = ""
  /// Whether a closure may be derived here: not in a header, outside brackets.
  private var closuresAllowed = true
  /// Whether the next token touches the last one.
  private var joinsNext = true
  private let maximumDepth: Int
  private let maximumLength: Int

  init(_ grammar: Grammar, seed: UInt64, maximumDepth: Int = 60, maximumLength: Int = 1000) {
    self.grammar = grammar
    self.maximumDepth = maximumDepth
    self.maximumLength = maximumLength
    random = SplitMix(seed: seed)
    heights = Self.heights(of: grammar)
  }

  mutating func sentence(from start: String = "source_file") -> String {
    text = ""
    joinsNext = true
    derive(.name(start), depth: 0)
    return text
  }

  // MARK: Shallow derivations

  private static func heights(of grammar: Grammar) -> [String: Int] {
    var heights: [String: Int] = [:]
    for _ in 0..<grammar.rules.count {
      for (name, rule) in grammar.rules { heights[name] = height(of: rule, heights).map { $0 + 1 } }
    }
    return heights
  }

  private static func height(of rule: Grammar.Rule, _ heights: [String: Int]) -> Int? {
    switch rule {
    case .terminal, .described, .optional, .repetition: return 0
    case .name(let name): return heights[name]
    case .choice(let parts): return parts.compactMap { height(of: $0, heights) }.min()
    case .sequence(let parts):
      let all = parts.map { height(of: $0, heights) }
      return all.contains { $0 == nil } ? nil : all.compactMap { $0 }.max()
    }
  }

  // MARK: Derivation

  /// Whether the sentence is to come to an end.
  private func isLate(_ depth: Int) -> Bool { depth > maximumDepth || text.utf8.count > maximumLength }

  private mutating func derive(_ rule: Grammar.Rule, depth: Int) {
    switch rule {
    case .terminal(let text): emit(text)
    case .described: preconditionFailure("described outside a token")
    case .name(let name): derive(named: name, depth: depth)
    case .choice(let parts): derive(choice(of: parts, depth), depth: depth)
    case .optional(let part):
      if allows(part), random.chance(isLate(depth) ? 0 : 0.35) { derive(part, depth: depth + 1) }
    case .repetition(let part):
      while allows(part), random.chance(isLate(depth) ? 0 : 0.35) { derive(part, depth: depth + 1) }
    case .sequence(let parts):
      // Within brackets a header says nothing any more.
      let outer = closuresAllowed
      if case .terminal(let first) = parts[0], ["(", "[", "{"].contains(first) { closuresAllowed = true }
      for part in parts { derive(part, depth: depth) }
      closuresAllowed = outer
    }
  }

  private mutating func derive(named name: String, depth: Int) {
    let rule = grammar.rules[name] ?? .terminal(name)
    switch name {
    case "LINE_BREAK":
      text +=
        ["\n", "\n\n", "  // A comment.\n", "\n/// Documentation.\n", "\n  // One.\n\n  // Two.\n"]
        .randomElement(using: &random) ?? "\n"
      joinsNext = true
    case _ where name.uppercased() == name: emit(token(name, rule))
    case "header":
      let outer = closuresAllowed
      closuresAllowed = false
      derive(rule, depth: depth + 1)
      closuresAllowed = outer
    case "prefix_operator":
      derive(rule, depth: depth + 1)
      joinsNext = true
    default: derive(rule, depth: depth + 1)
    }
  }

  private func allows(_ rule: Grammar.Rule) -> Bool {
    guard case .name("closure") = rule else { return true }
    return closuresAllowed
  }

  private mutating func choice(of parts: [Grammar.Rule], _ depth: Int) -> Grammar.Rule {
    let ranked = parts.map { (part: $0, height: Self.height(of: $0, heights) ?? .max) }
    let least = ranked.map(\.height).min() ?? 0
    let candidates = isLate(depth) ? ranked.filter { $0.height == least } : ranked
    return candidates.randomElement(using: &random)?.part ?? parts[0]
  }

  private mutating func emit(_ token: String) {
    if !joinsNext { text += random.chance(0.1) ? "   " : " " }
    text += token
    joinsNext = false
  }

  // MARK: Tokens

  private static let reserved: Set = [
    "_", "let", "var", "func", "return", "yield", "for", "while", "if", "else", "scan", "true", "false",
    "nil",
  ]
  private static let words = [
    "in", "state", "param", "layer", "model", "dim", "buffer", "import", "const", "x", "n",
  ]

  /// A token that fulfils what the grammar says in words.
  private mutating func token(_ name: String, _ rule: Grammar.Rule) -> String {
    if name == "IDENTIFIER", random.chance(0.5), let word = Self.words.randomElement(using: &random) {
      return word
    }
    while true {
      let token = characters(rule)
      switch name {
      case "IDENTIFIER" where Self.reserved.contains(token): continue
      case "FLOAT":
        guard let value = Double(token.filter { $0 != "_" }), value.isFinite, value > 0 else { continue }
        return token
      // The surrogates are no scalars.
      case "STRING" where token.lowercased().contains("\\u{d"): continue
      default: return token
      }
    }
  }

  private mutating func characters(_ rule: Grammar.Rule) -> String {
    switch rule {
    case .terminal(let text): return text
    case .name(let name): return characters(grammar.rules[name] ?? .terminal(""))
    case .described(let words): return character(words)
    case .sequence(let parts):
      var text = ""
      for part in parts { text += characters(part) }
      return text
    case .choice(let parts): return characters(parts.randomElement(using: &random) ?? .terminal(""))
    case .optional(let part): return random.chance(0.5) ? characters(part) : ""
    case .repetition(let part):
      var text = ""
      for _ in 0..<Int.random(in: 0...2, using: &random) { text += characters(part) }
      return text
    }
  }

  private mutating func character(_ words: String) -> String {
    let characters: String =
      switch words.prefix(8) {
      case "a letter": "abcxyzABCXYZ_"
      case "any char": "abc {}()[]/'$é漢👍"
      default: words.contains("letter") ? "0123456789abcdefABCDEF" : "0123456789"
      }
    return characters.randomElement(using: &random).map(String.init) ?? ""
  }
}
