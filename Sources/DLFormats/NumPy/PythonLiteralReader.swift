/// Reads the subset of Python literals that npy headers use: a dictionary of strings, booleans and tuples of integers.
struct PythonLiteralReader {
  enum Value {
    case string(String)
    case boolean(Bool)
    /// Integers that are not negative.
    case tuple([Int])
    /// A list, which describes an array of records.
    case list
  }

  private let text: UnsafeRawBufferPointer
  private var position = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  /// The dictionary that the text consists of.
  mutating func dictionary() throws(ContentError) -> [String: Value] {
    var members: [String: Value] = [:]
    try expect("{")
    while !skip("}") {
      let key = try string()
      try expect(":")
      guard members.updateValue(try value(), forKey: key) == nil else {
        throw error("the key '\(key)' occurs twice")
      }
      if !skip(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    if position < text.count { throw error("something follows the dictionary") }
    return members
  }

  private func error(_ message: String) -> ContentError {
    ContentError("npy header error at byte \(position): \(message)")
  }

  private mutating func skipSpace() {
    while position < text.count, text[position] == 0x20 || text[position] == 0x0A { position += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(ContentError) {
    guard skip(character) else { throw error("expected '\(character)'") }
  }

  private mutating func value() throws(ContentError) -> Value {
    if skip("(") { return .tuple(try integers()) }
    if skip("[") { return try list() }
    switch word() {
    case "True": return .boolean(true)
    case "False": return .boolean(false)
    default: return .string(try string())
    }
  }

  private mutating func string() throws(ContentError) -> String {
    let quote: UInt8
    if skip("'") {
      quote = UInt8(ascii: "'")
    } else if skip("\"") {
      quote = UInt8(ascii: "\"")
    } else {
      throw error("expected a string")
    }
    guard let end = text[position...].firstIndex(of: quote) else { throw error("the string has no end") }
    let content = text[position..<end]
    guard content.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") }) else {
      throw error("an unexpected character in a string")
    }
    position = end + 1
    return String(decoding: content, as: UTF8.self)
  }

  /// The letters that come next, after white space.
  private mutating func word() -> String {
    skipSpace()
    let start = position
    while position < text.count, Character(Unicode.Scalar(text[position])).isLetter { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  /// The rest of a tuple of integers, after its opening parenthesis.
  private mutating func integers() throws(ContentError) -> [Int] {
    var result: [Int] = []
    while !skip(")") {
      skipSpace()
      let start = position
      while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
      guard let value = Int(String(decoding: text[start..<position], as: UTF8.self)) else {
        throw error("expected a non-negative 64-bit integer")
      }
      result.append(value)
      if !skip(",") {
        try expect(")")
        break
      }
    }
    return result
  }

  /// Skips the rest of a list, after its opening bracket: what it holds does not matter.
  private mutating func list() throws(ContentError) -> Value {
    var depth = 1
    while depth > 0 {
      guard position < text.count else { throw error("the list has no end") }
      if text[position] == UInt8(ascii: "[") { depth += 1 }
      if text[position] == UInt8(ascii: "]") { depth -= 1 }
      position += 1
    }
    return .list
  }
}
