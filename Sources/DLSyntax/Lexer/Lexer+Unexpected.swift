extension Lexer {
  /// Skips the characters at the current position that begin no token, and reports them as one.
  mutating func unexpectedCharacters() {
    let start = position
    skipCharacter()
    if bytes[start] < 0x80 {
      diagnostics.insert(.unexpectedCharacter(range(from: start), hint: Self.hint(for: bytes[start])))
      if bytes[start] == UInt8(ascii: "#") { skip { $0 != UInt8(ascii: "\n") } }
      return
    }
    let character = file.string(start, position)
    if let meant = Self.lookalikes[character] {
      diagnostics.insert(.lookalikeCharacter(range(from: start), meant: meant))
      if let symbol = Symbol(rawValue: meant) { append(.symbol(symbol), from: start) }
      return
    }
    // One message for a whole run of foreign text.
    while let byte = peek(), byte >= 0x80 { skipCharacter() }
    diagnostics.insert(.unexpectedCharacter(range(from: start), hint: Self.foreignHint))
    guard character.unicodeScalars.first?.properties.isAlphabetic == true else { return }
    // Letters make up a name all the same, if not one with what stands before them.
    skip(while: \.isIdentifierPart)
    if tokens.last?.upper != start { append(.identifier, from: start) }
  }

  private mutating func skipCharacter() {
    position += 1
    skip { $0 & 0xC0 == 0x80 }
  }

  private static let foreignHint = "names are made of the letters a to z and A to Z, digits and '_'"

  private static func hint(for byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "#"): "comments begin with '//'"
    case UInt8(ascii: "'"): "strings stand in double quotes"
    case UInt8(ascii: "$"): "the parameters of a closure are '$0', '$1', …"
    default: nil
    }
  }

  /// Characters that editors and web pages put in the place of others.
  private static let lookalikes: [String: String] = [
    "“": "\"", "”": "\"", "−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "÷": "/", "→": "->", "≤": "<=",
    "≥": ">=", "≠": "!=", "…": "...", "\u{A0}": " ", "\u{3000}": " ", "\u{2028}": " ", "（": "(", "）": ")",
    "，": ",", "：": ":",
  ]
}
