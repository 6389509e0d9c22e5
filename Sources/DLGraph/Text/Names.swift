// How names and strings stand in the text form.

extension String {
  /// True for letters, digits, `_`, and dots inside, not beginning with a digit: what needs no quotes.
  var isIdentifier: Bool {
    guard let first = utf8.first, first.isIdentifierStart else { return false }
    return utf8.allSatisfy { $0.isIdentifierPart || $0 == UInt8(ascii: ".") }
      && utf8.last != UInt8(ascii: ".") && !contains("..")
  }

  /// The string in quotes, with escapes where a line or the quotes would end.
  var quoted: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case "\u{0}"..<" ", "\u{7F}": text += "\\u{\(String(scalar.value, radix: 16))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  var isIdentifierStart: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) || self == UInt8(ascii: "_")
  }

  var isIdentifierPart: Bool { isIdentifierStart || isDigit }
}

extension Symbol {
  /// The symbol with its bounds, for example `T in 1...context`; without an upper bound `T in 1...`.
  var declaration: String { "\(name) in \(lower)...\(upper.map(\.description) ?? "")" }
}
