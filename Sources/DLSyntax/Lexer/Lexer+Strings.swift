extension Lexer {
  /// Reads a string. It ends on the line where it began.
  mutating func string() -> Token.Kind {
    let start = position
    position += 1
    var content: [UInt8] = []
    while let byte = peek(), byte != UInt8(ascii: "\n") {
      if byte == UInt8(ascii: "\"") {
        position += 1
        return .string(String(decoding: content, as: UTF8.self))
      }
      if byte == UInt8(ascii: "\\") {
        content += escape()
      } else {
        content.append(byte)
        position += 1
      }
    }
    diagnostics.insert(.unterminatedString(SourceRange(file: file, start, start + 1)))
    return .string(String(decoding: content, as: UTF8.self))
  }

  /// Reads a backslash and what belongs to it; gives the bytes they stand for.
  private mutating func escape() -> [UInt8] {
    let start = position
    position += 1
    guard let byte = peek(), byte != UInt8(ascii: "\n") else { return [] }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return [UInt8(ascii: "\n")]
    case UInt8(ascii: "t"): return [UInt8(ascii: "\t")]
    case UInt8(ascii: "r"): return [UInt8(ascii: "\r")]
    case UInt8(ascii: "0"): return [0]
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): return [byte]
    case UInt8(ascii: "u"):
      if let scalar = scalar() { return Array(String(scalar).utf8) }
    default:
      // The rest of a character of several bytes.
      skip { $0 & 0xC0 == 0x80 }
    }
    diagnostics.insert(.invalidEscape(range(from: start)))
    return []
  }

  /// Reads `{hexadecimal}`; nil when that is no character.
  private mutating func scalar() -> Unicode.Scalar? {
    guard peek() == UInt8(ascii: "{") else { return nil }
    position += 1
    let start = position
    skip(while: \.isHexadecimalDigit)
    let value = UInt32(file.string(start, position), radix: 16)
    guard peek() == UInt8(ascii: "}") else { return nil }
    position += 1
    return value.flatMap(Unicode.Scalar.init)
  }
}
