/// Reads the text form of graphs, recomputing and comparing every type.
struct TextParser {
  let operations: OperationRegistry
  let resources: [String: Literal]
  /// The symbols in reach; those of inner graphs last.
  var scope: [Symbol] = []
  private let lexer: TextLexer
  private let tokens: [TextToken]
  var position = 0
  private var depth = 0
  private static let maximumDepth = 64

  init(_ text: GraphText, _ operations: OperationRegistry) throws(TextError) {
    self.operations = operations
    resources = text.resources
    var lexer = TextLexer(text.text)
    tokens = try lexer.tokens()
    self.lexer = lexer
  }

  var next: TextToken { tokens[position] }

  func error(_ message: String, at token: TextToken? = nil) -> TextError {
    lexer.error(message, at: (token ?? next).offset)
  }

  /// Consumes and returns the next token; the end stays.
  @discardableResult
  mutating func take() -> TextToken {
    let token = tokens[position]
    if token.kind != .end { position += 1 }
    return token
  }

  mutating func take(_ kind: TextToken.Kind, _ what: String) throws(TextError) -> TextToken {
    guard next.kind == kind else { throw expected(what) }
    return take()
  }

  func expected(_ what: String) -> TextError { error("expected \(what), found \(next.shown)") }

  /// Whether an operator or bracket comes next.
  func at(_ punctuation: String) -> Bool { next.kind == .punctuation && next.text == punctuation }

  /// Whether a word comes next.
  func atWord(_ word: String) -> Bool { next.kind == .identifier && next.text == word }

  mutating func skip(_ punctuation: String) -> Bool {
    guard at(punctuation) else { return false }
    take()
    return true
  }

  mutating func expect(_ punctuation: String) throws(TextError) {
    guard skip(punctuation) else { throw expected("'\(punctuation)'") }
  }

  mutating func expectWord(_ word: String) throws(TextError) {
    guard atWord(word) else { throw expected("'\(word)'") }
    take()
  }

  func expectEnd() throws(TextError) {
    if next.kind != .end { throw expected("the end") }
  }

  /// A name, in quotes or not.
  mutating func name(_ what: String) throws(TextError) -> String {
    guard next.kind == .identifier || next.kind == .string else { throw expected(what) }
    return take().text
  }

  /// Elements between commas up to a closing bracket, which is consumed.
  mutating func list(
    until end: String, _ element: (inout TextParser) throws(TextError) -> Void
  ) throws(TextError) {
    if skip(end) { return }
    repeat { try element(&self) } while skip(",")
    guard skip(end) else { throw expected("',' or '\(end)'") }
  }

  /// Calls `body` one level deeper, unless that is too deep.
  mutating func nested<R>(_ body: (inout TextParser) throws(TextError) -> R) throws(TextError) -> R {
    if depth == Self.maximumDepth { throw error("nested deeper than \(Self.maximumDepth)") }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }
}
