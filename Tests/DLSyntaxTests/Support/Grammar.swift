import Foundation

/// A grammar in EBNF, as `grammar/dl.ebnf` writes it.
struct Grammar {
  indirect enum Rule {
    case terminal(String)
    case name(String)
    /// `? words ?`
    case described(String)
    case sequence([Rule])
    case choice([Rule])
    case optional(Rule)
    case repetition(Rule)
  }

  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  private(set) var rules: [String: Rule] = [:]
  private var tokens: [String] = []
  private var position = 0

  init(_ text: String) throws {
    tokens = try Self.tokens(of: text)
    while position < tokens.count {
      let name = tokens[position]
      position += 1
      try expect("=")
      rules[name] = try choice()
      try expect(";")
    }
  }

  /// The grammar of the language.
  static func language() throws -> Grammar {
    let url = Samples.root.appending(path: "grammar/dl.ebnf")
    return try Grammar(String(contentsOf: url, encoding: .utf8))
  }

  /// Every name that a rule uses.
  var usedNames: Set<String> {
    var names: Set<String> = []
    func visit(_ rule: Rule) {
      switch rule {
      case .terminal, .described: break
      case .name(let name): names.insert(name)
      case .sequence(let parts), .choice(let parts): parts.forEach(visit)
      case .optional(let part), .repetition(let part): visit(part)
      }
    }
    rules.values.forEach(visit)
    return names
  }

  private static func tokens(of text: String) throws -> [String] {
    var tokens: [String] = []
    var rest = text[...]
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
      } else if rest.hasPrefix("(*") {
        guard let end = rest.range(of: "*)") else { throw Malformed(description: "unclosed comment") }
        rest = rest[end.upperBound...]
      } else if "\"'?".contains(first) {
        guard let end = rest.dropFirst().firstIndex(of: first) else {
          throw Malformed(description: "unclosed \(first)")
        }
        tokens.append(String(rest[rest.startIndex..<end]))
        rest = rest[rest.index(after: end)...]
      } else if first.isLetter {
        let word = rest.prefix { $0.isLetter || $0 == "_" }
        tokens.append(String(word))
        rest = rest.dropFirst(word.count)
      } else {
        tokens.append(String(first))
        rest.removeFirst()
      }
    }
    return tokens
  }

  private mutating func choice() throws -> Rule {
    var alternatives = [try sequence()]
    while peek() == "|" {
      position += 1
      alternatives.append(try sequence())
    }
    return alternatives.count == 1 ? alternatives[0] : .choice(alternatives)
  }

  private mutating func sequence() throws -> Rule {
    var parts: [Rule] = []
    while let token = peek(), !["|", ";", ")", "]", "}"].contains(token) { parts.append(try part()) }
    guard !parts.isEmpty else { throw Malformed(description: "empty alternative") }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func part() throws -> Rule {
    let token = peek() ?? ""
    position += 1
    switch token.first {
    case "\"", "'": return .terminal(String(token.dropFirst()))
    case "?": return .described(token.dropFirst().trimmingCharacters(in: .whitespaces))
    case "[":
      let inner = try choice()
      try expect("]")
      return .optional(inner)
    case "{":
      let inner = try choice()
      try expect("}")
      return .repetition(inner)
    case "(":
      let inner = try choice()
      try expect(")")
      return inner
    default: return .name(token)
    }
  }

  private func peek() -> String? { position < tokens.count ? tokens[position] : nil }

  private mutating func expect(_ token: String) throws {
    guard peek() == token else {
      throw Malformed(description: "expected \(token), found \(peek() ?? "the end")")
    }
    position += 1
  }
}
