/// A strict reader of JSON (RFC 8259): UTF-8 only, no duplicate names, nesting up to a bound.
struct JSONReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var depth = 0
  private static let maximumDepth = 32

  /// The value that a text consists of.
  static func parse(_ bytes: UnsafeRawBufferPointer) throws(ContentError) -> JSONValue {
    var reader = JSONReader(bytes: bytes)
    let value = try reader.value()
    reader.skipSpace()
    if reader.position < bytes.count { throw reader.error("something follows the value") }
    return value
  }

  private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func error(_ message: String) -> ContentError {
    ContentError("JSON error at byte \(position): \(message)")
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
  }

  /// Consumes a byte if it comes next, after white space.
  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(ContentError) {
    guard skip(character) else { throw error("expected '\(character)'") }
  }

  private mutating func value() throws(ContentError) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try nested { (reader) throws(ContentError) in try reader.object() }
    case UInt8(ascii: "["): return try nested { (reader) throws(ContentError) in try reader.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
    case nil: throw error("expected a value, found the end")
    default: throw error("expected a value")
    }
  }

  private mutating func nested(
    _ body: (inout JSONReader) throws(ContentError) -> JSONValue
  ) throws(ContentError) -> JSONValue {
    if depth == Self.maximumDepth { throw error("nested deeper than \(Self.maximumDepth)") }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  private mutating func object() throws(ContentError) -> JSONValue {
    try expect("{")
    var members: [(name: String, value: JSONValue)] = []
    var names: Set<String> = []
    if skip("}") { return .object([]) }
    repeat {
      skipSpace()
      let name = try string()
      guard names.insert(name).inserted else { throw error("the name '\(name)' occurs twice") }
      try expect(":")
      members.append((name, try value()))
    } while skip(",")
    try expect("}")
    return .object(members)
  }

  private mutating func array() throws(ContentError) -> JSONValue {
    try expect("[")
    if skip("]") { return .array([]) }
    var elements: [JSONValue] = []
    repeat { elements.append(try value()) } while skip(",")
    try expect("]")
    return .array(elements)
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(ContentError) -> JSONValue {
    let end = position + text.utf8CodeUnitCount
    let matches = text.withUTF8Buffer { end <= bytes.count && bytes[position..<end].elementsEqual($0) }
    guard matches else { throw error("expected '\(text)'") }
    position = end
    return value
  }
}

// MARK: Numbers and strings

extension JSONReader {
  private mutating func number() throws(ContentError) -> JSONValue {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
    var isInteger = true
    if next == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text) else { throw error("expected a number") }
    return .real(value)
  }

  private mutating func digits() throws(ContentError) {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    if position == start { throw error("expected a digit") }
  }

  private mutating func string() throws(ContentError) -> String {
    guard next == UInt8(ascii: "\"") else { throw error("expected a string") }
    position += 1
    var content: [UInt8] = []
    while true {
      guard let byte = next else { throw error("the string has no end") }
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else {
          throw error("the string is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): content.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20: throw error("a control character in a string")
      default: content.append(byte)
      }
    }
  }

  /// The character of an escape sequence, after its backslash.
  private mutating func escape() throws(ContentError) -> Unicode.Scalar {
    guard let byte = next else { throw error("the string has no end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw error("an unknown escape sequence")
    }
  }

  private mutating func unicodeEscape() throws(ContentError) -> Unicode.Scalar {
    var code = try codeUnit()
    if (0xD800..<0xDC00).contains(code), next == UInt8(ascii: "\\") {
      position += 1
      guard next == UInt8(ascii: "u") else { throw error("half of a surrogate pair") }
      position += 1
      let low = try codeUnit()
      guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair") }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
    return scalar
  }

  private mutating func codeUnit() throws(ContentError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw error("expected four hexadecimal digits") }
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
        throw error("expected four hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}
