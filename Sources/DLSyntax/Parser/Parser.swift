/// Turns a source text into a tree: recursive descent, with precedence climbing for operators.
///
/// The grammar is written down in `grammar/dl.ebnf`. The parser never stops at a mistake: it reports it, leaves out the
/// statement, member or declaration it stands in, and goes on behind it. Nesting is bounded, so no input can exhaust the
/// stack, neither here nor in recursion over the tree.
public struct Parser {
  /// How many brackets, blocks or operators may lie inside each other, and how tall an expression may become.
  package static let maximumNesting = 128

  let file: SourceFile
  var tokens: [Token]
  /// The index of the token that is read next.
  var index = 0
  var diagnostics: DiagnosticSet
  /// What each token turned out to be, for the formatter.
  var roles: [TokenRole]
  /// The tokens with which declarations, members and statements begin, in order, for the formatter.
  var starts: [Int] = []
  var context = Context.statements
  /// How many nested constructs are being parsed.
  var depth = 0
  /// The height of the tallest expression finished since the enclosing `measured` began.
  var tallest = 0
  private let comments: [Comment]
  /// The token at which the last error was reported: one error a token is enough.
  private var lastErrorIndex: Int?

  /// The tree of `file` and what is wrong with the text. A unit with errors lacks the parts that could not be parsed, so
  /// it is of use to editors but should not be elaborated. O(size of the text).
  public static func parse(_ file: SourceFile) -> (unit: SourceUnit, diagnostics: DiagnosticSet) {
    let parsed = ParsedFile(file)
    return (parsed.unit, parsed.diagnostics)
  }

  init(_ stream: TokenStream) {
    file = stream.file
    tokens = stream.tokens
    comments = stream.comments
    diagnostics = stream.diagnostics
    roles = Array(repeating: .plain, count: stream.tokens.count)
  }

  // MARK: Reading tokens

  var current: Token { tokens[index] }

  /// The token `distance` places further on; the end of the file when there is none.
  func peek(_ distance: Int = 1) -> Token { tokens[min(index + distance, tokens.count - 1)] }

  /// Takes the current token and notes its role; the end of the file stays.
  @discardableResult
  mutating func advance(as role: TokenRole = .plain) -> Token {
    let token = current
    roles[index] = role
    if index < tokens.count - 1 { index += 1 }
    return token
  }

  func at(_ symbol: Symbol) -> Bool { current.kind == .symbol(symbol) }
  func at(_ keyword: Keyword) -> Bool { current.kind == .keyword(keyword) }
  func at(word: String) -> Bool { current.kind == .identifier && text(of: current) == word }
  var isAtEnd: Bool { current.kind == .endOfFile }

  /// Whether a line break before the current token ends what was parsed so far.
  var isAfterLineBreak: Bool { context.lineBreaksMatter && current.startsLine }

  /// Takes the current token if it is `symbol`.
  mutating func take(_ symbol: Symbol, as role: TokenRole = .plain) -> Bool {
    guard at(symbol) else { return false }
    advance(as: role)
    return true
  }

  /// Takes `symbol`, or fails saying that it, or something `alternative`, was expected.
  @discardableResult
  mutating func expect(_ symbol: Symbol, or alternative: String? = nil, hint: String? = nil) throws -> Token {
    guard at(symbol) else {
      throw failure(expected: (alternative.map { "\($0) or " } ?? "") + "'\(symbol.rawValue)'", hint: hint)
    }
    return advance()
  }

  /// Takes a name.
  mutating func identifier(_ description: String) throws -> Identifier {
    guard current.kind == .identifier else { throw failure(expected: description) }
    let token = advance()
    return Identifier(name: text(of: token), range: range(of: token))
  }

  func text(of token: Token) -> String { file.string(token.lower, token.upper) }
  func range(of token: Token) -> SourceRange { SourceRange(file: file, token.lower, token.upper) }

  /// From the token with index `first` up to the last token taken.
  func range(from first: Int) -> SourceRange {
    let lower = tokens[first].lower
    return SourceRange(file: file, lower, max(lower, tokens[max(index - 1, first)].upper))
  }

  /// The `///` lines directly above the current token, without the slashes and the space after them.
  func documentation() -> String? {
    var lines: [String] = []
    var next = current.lower
    for comment in comments[current.comments].reversed() {
      let lineBreaks = file.utf8[comment.upper..<next].count { $0 == UInt8(ascii: "\n") }
      guard comment.isDocumentation, comment.standsAlone, lineBreaks == 1 else { break }
      let text = file.string(comment.lower + 3, comment.upper)
      lines.append(text.first == " " ? String(text.dropFirst()) : text)
      next = comment.lower
    }
    return lines.isEmpty ? nil : lines.reversed().joined(separator: "\n")
  }

  // MARK: Reporting

  /// Thrown after an error was reported, up to the construct that knows how to go on.
  struct Failure: Error {}

  /// Reports an error at the current token, unless one was reported there before.
  mutating func report(_ diagnostic: Diagnostic) {
    guard lastErrorIndex != index else { return }
    lastErrorIndex = index
    diagnostics.insert(diagnostic)
  }

  /// Reports an error and gives what to throw.
  mutating func failure(_ diagnostic: Diagnostic) -> Failure {
    report(diagnostic)
    return Failure()
  }

  mutating func failure(expected: String, hint: String? = nil, fixIt: Diagnostic.FixIt? = nil) -> Failure {
    failure(.expected(expected, found: found, at: foundRange, hint: hint, fixIt: fixIt))
  }

  /// What stands at the current place, as messages call it.
  var found: String {
    if isAtEnd { return foundToken }
    return isAfterLineBreak && index > 0 ? "the end of the line" : foundToken
  }

  /// The current token, as messages call it.
  var foundToken: String {
    if isAtEnd { return "the end of the file" }
    if case .keyword = current.kind { return "the keyword '\(text(of: current))'" }
    if case .string = current.kind { return "a string" }
    return "'\(text(of: current))'"
  }

  /// Where `found` stands.
  var foundRange: SourceRange {
    if isAfterLineBreak || isAtEnd, index > 0 { return range(of: tokens[index - 1]).endPoint }
    return range(of: current)
  }
}

/// A parsed text with all that the formatter needs of it.
struct ParsedFile {
  let unit: SourceUnit
  let stream: TokenStream
  /// What each token of the stream turned out to be; of no use when there are errors.
  let roles: [TokenRole]
  /// The tokens with which declarations, members and statements begin.
  let starts: Set<Int>
  let diagnostics: DiagnosticSet

  init(_ file: SourceFile) {
    stream = Lexer.tokenize(file)
    var parser = Parser(stream)
    unit = SourceUnit(file: file, declarations: parser.declarations())
    roles = parser.roles
    starts = Set(parser.starts)
    diagnostics = parser.diagnostics
  }
}
