/// A piece of the text form.
struct TextToken {
  enum Kind: Hashable {
    case identifier
    /// Digits, perhaps with a fraction and exponent.
    case number
    case string
    /// `%` and the name of an input.
    case inputName
    /// `%` and the number of another value.
    case valueNumber
    /// `@` and a name.
    case globalName
    /// An operator or bracket.
    case punctuation
    case end
  }

  let kind: Kind
  /// The name, digits, operator or content of the string.
  let text: String
  /// The offset in the bytes of the text.
  let offset: Int

  /// The token for error messages.
  var shown: String {
    switch kind {
    case .end: "the end"
    case .string: text.quoted
    case .inputName, .valueNumber: "'%\(text)'"
    case .globalName: "'@\(text)'"
    case .identifier, .number, .punctuation: "'\(text)'"
    }
  }
}

/// Splits the text form into tokens.
struct TextLexer {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  /// All tokens; the last one is the end.
  mutating func tokens() throws(TextError) -> [TextToken] {
    var tokens: [TextToken] = []
    repeat { tokens.append(try next()) } while tokens.last?.kind != .end
    return tokens
  }

  func error(_ message: String, at offset: Int) -> TextError {
    let before = bytes[..<offset]
    let line = before.count { $0 == UInt8(ascii: "\n") }
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return TextError(line: line + 1, column: offset - lineStart + 1, message: message)
  }

  private func byte(_ ahead: Int = 0) -> UInt8? {
    position + ahead < bytes.count ? bytes[position + ahead] : nil
  }

  private mutating func skipSpaceAndComments() {
    while let byte = byte() {
      if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
        position += 1
      } else if byte == UInt8(ascii: "/"), self.byte(1) == UInt8(ascii: "/") {
        position = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      } else {
        return
      }
    }
  }

  private mutating func next() throws(TextError) -> TextToken {
    skipSpaceAndComments()
    let start = position
    guard let first = byte() else { return TextToken(kind: .end, text: "", offset: start) }
    if first.isIdentifierStart {
      return TextToken(kind: .identifier, text: identifier(), offset: start)
    }
    if first.isDigit { return TextToken(kind: .number, text: number(), offset: start) }
    if first == UInt8(ascii: "\"") { return TextToken(kind: .string, text: try string(), offset: start) }
    if first == UInt8(ascii: "%") || first == UInt8(ascii: "@"), let after = byte(1) {
      let kind: TextToken.Kind = first == UInt8(ascii: "@") ? .globalName : .inputName
      if after.isIdentifierStart {
        position += 1
        return TextToken(kind: kind, text: identifier(), offset: start)
      }
      if after == UInt8(ascii: "\"") {
        position += 1
        return TextToken(kind: kind, text: try string(), offset: start)
      }
      if after.isDigit, kind == .inputName {
        position += 1
        return TextToken(kind: .valueNumber, text: digits(), offset: start)
      }
    }
    return TextToken(kind: .punctuation, text: try punctuation(), offset: start)
  }

  private mutating func identifier() -> String {
    let start = position
    while let byte = byte(),
      byte.isIdentifierPart || byte == UInt8(ascii: ".") && self.byte(1)?.isIdentifierPart == true
    { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() -> String {
    let start = position
    while byte()?.isDigit == true { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func number() -> String {
    var text = digits()
    if byte() == UInt8(ascii: "."), byte(1)?.isDigit == true {
      position += 1
      text += "." + digits()
    }
    guard byte() == UInt8(ascii: "e") else { return text }
    let sign = byte(1) == UInt8(ascii: "-") ? "-" : byte(1) == UInt8(ascii: "+") ? "+" : ""
    guard byte(1 + sign.utf8.count)?.isDigit == true else { return text }
    position += 1 + sign.utf8.count
    return text + "e" + sign + digits()
  }

  private mutating func punctuation() throws(TextError) -> String {
    for text in ["->", "..."] where bytes[position...].starts(with: text.utf8) {
      position += text.utf8.count
      return text
    }
    let character = Character(Unicode.Scalar(bytes[position]))
    guard "()[]{},:=+-*/%".contains(character) else { throw error("an unexpected character", at: position) }
    position += 1
    return String(character)
  }

  private mutating func string() throws(TextError) -> String {
    let start = position
    position += 1
    var content: [UInt8] = []
    while let byte = byte(), byte != UInt8(ascii: "\n") {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"): content.append(contentsOf: String(try escape()).utf8)
      default: content.append(byte)
      }
    }
    throw error("the string has no end", at: start)
  }

  /// The character of an escape sequence, after its backslash.
  private mutating func escape() throws(TextError) -> Unicode.Scalar {
    let start = position - 1
    position += 1
    switch position <= bytes.count ? bytes[position - 1] : 0 {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "u"):
      guard byte() == UInt8(ascii: "{"), let end = bytes[position...].firstIndex(of: UInt8(ascii: "}")),
        let code = UInt32(String(decoding: bytes[(position + 1)..<end], as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(code)
      else { break }
      position = end + 1
      return scalar
    default: break
    }
    throw error("an unknown escape sequence", at: start)
  }
}
