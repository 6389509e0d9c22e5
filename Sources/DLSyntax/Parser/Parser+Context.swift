extension Parser {
  /// What the surroundings of an expression say about it.
  struct Context {
    /// Whether a line break ends a statement: everywhere but inside `( )` and `[ ]`.
    var lineBreaksMatter: Bool
    /// Whether `f { … }` is a call with a closure: not where a block follows the expression.
    var closuresAllowed: Bool

    static let statements = Context(lineBreaksMatter: true, closuresAllowed: true)
    static let brackets = Context(lineBreaksMatter: false, closuresAllowed: true)
  }

  /// Parses inside brackets or braces.
  mutating func within<Result>(_ inner: Context, _ body: (inout Parser) throws -> Result) rethrows -> Result {
    let outer = context
    context = inner
    defer { context = outer }
    return try body(&self)
  }

  /// Parses what stands between a keyword and the block of its statement.
  mutating func header<Result>(_ body: (inout Parser) throws -> Result) rethrows -> Result {
    var inner = context
    inner.closuresAllowed = false
    return try within(inner, body)
  }

  /// Parses one level deeper; fails when that is too deep.
  mutating func nested<Result>(_ body: (inout Parser) throws -> Result) throws -> Result {
    guard depth < Self.maximumNesting else { throw failure(.nestedTooDeeply(foundRange)) }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  /// Parses an expression out of parts, with `tallest` telling the height of the tallest part so far.
  mutating func measured<Result>(_ body: (inout Parser) throws -> Result) rethrows -> Result {
    let outer = tallest
    tallest = 0
    defer { tallest = max(outer, tallest) }
    return try body(&self)
  }

  /// Counts a node on top of the parts measured so far; fails when the expression becomes too tall.
  mutating func grow() throws {
    guard tallest < Self.maximumNesting else { throw failure(.nestedTooDeeply(foundRange)) }
    tallest += 1
  }
}
