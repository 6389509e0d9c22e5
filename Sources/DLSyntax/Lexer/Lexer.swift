/// Splits a source text into tokens.
///
/// Every text can be split: what belongs to no token is reported and then treated as white space.
package struct Lexer {
  let file: SourceFile
  let bytes: [UInt8]
  var position = 0
  var tokens: [Token] = []
  var comments: [Comment] = []
  var diagnostics = DiagnosticSet()
  private var isAtLineStart = true
  private var firstComment = 0

  /// The tokens of `file`. O(size of the text).
  package static func tokenize(_ file: SourceFile) -> TokenStream {
    var lexer = Lexer(file)
    lexer.run()
    return TokenStream(
      file: file, tokens: lexer.tokens, comments: lexer.comments, diagnostics: lexer.diagnostics)
  }

  private init(_ file: SourceFile) {
    self.file = file
    bytes = file.utf8
  }

  private mutating func run() {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if bytes.starts(with: byteOrderMark) { position = byteOrderMark.count }
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\n"):
        isAtLineStart = true
        position += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        position += 1
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
        comment()
      default:
        token()
      }
    }
    append(.endOfFile, from: position)
  }

  private mutating func token() {
    let start = position
    let byte = bytes[position]
    if byte.isLetter {
      skip(while: \.isIdentifierPart)
      let text = file.string(start, position)
      let word = Keyword(rawValue: text).map(Token.Kind.keyword)
      append(word ?? (text == "_" ? .wildcard : .identifier), from: start)
    } else if byte.isDigit {
      append(number(), from: start)
    } else if byte == UInt8(ascii: "\"") {
      append(string(), from: start)
    } else if byte == UInt8(ascii: "$"), peek(1)?.isDigit == true {
      append(closureParameter(), from: start)
    } else if let symbol = symbol() {
      position += symbol.rawValue.utf8.count
      append(.symbol(symbol), from: start)
    } else {
      unexpectedCharacters()
    }
  }

  private mutating func comment() {
    let start = position
    skip { $0 != UInt8(ascii: "\n") }
    var end = position
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    let slashes = bytes[start..<end].prefix { $0 == UInt8(ascii: "/") }.count
    comments.append(
      Comment(lower: start, upper: end, isDocumentation: slashes == 3, standsAlone: isAtLineStart))
  }

  /// The longest symbol at the current position.
  private func symbol() -> Symbol? {
    for length in [3, 2, 1] where position + length <= bytes.count {
      if let symbol = Symbol(rawValue: file.string(position, position + length)) { return symbol }
    }
    return nil
  }

  mutating func append(_ kind: Token.Kind, from start: Int) {
    tokens.append(
      Token(
        kind: kind, lower: start, upper: position, startsLine: isAtLineStart,
        comments: firstComment..<comments.count))
    isAtLineStart = false
    firstComment = comments.count
  }

  func peek(_ distance: Int = 0) -> UInt8? {
    position + distance < bytes.count ? bytes[position + distance] : nil
  }

  mutating func skip(while condition: (UInt8) -> Bool) {
    while let byte = peek(), condition(byte) { position += 1 }
  }

  func range(from start: Int) -> SourceRange { SourceRange(file: file, start, position) }
}

extension UInt8 {
  var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
  var isHexadecimalDigit: Bool { isDigit || UInt8(ascii: "a")...UInt8(ascii: "f") ~= self | 0x20 }
  /// Whether a name can begin with it.
  var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 || self == UInt8(ascii: "_") }
  var isIdentifierPart: Bool { isLetter || isDigit }
  var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r") }
}
