/// The smallest part of a source text that has a meaning of its own.
package struct Token: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// A name. The words `import`, `layer`, `param`, `in` and their like are names too: the parser knows them by place.
    case identifier
    /// `_`
    case wildcard
    case integer(Int)
    case float(Double)
    /// A string with its escapes resolved.
    case string(String)
    /// `$0`
    case closureParameter(Int)
    case keyword(Keyword)
    case symbol(Symbol)
    case endOfFile
  }

  package var kind: Kind
  package let lower: Int
  package let upper: Int
  /// Whether a line break, and perhaps comments, lie between the token before and this one; true for the first.
  package let startsLine: Bool
  /// Which of the stream's comments stand between the token before and this one.
  package let comments: Range<Int>
}

/// A word that can't be used as a name.
package enum Keyword: String, Sendable, CaseIterable {
  case `let`, `var`, `func`, `return`, yield, `for`, `while`, `if`, `else`, scan, `true`, `false`, `nil`
}

/// Punctuation and operators.
package enum Symbol: String, Sendable, CaseIterable {
  case leftParenthesis = "("
  case rightParenthesis = ")"
  case leftBracket = "["
  case rightBracket = "]"
  case leftBrace = "{"
  case rightBrace = "}"
  case comma = ","
  case colon = ":"
  case dot = "."
  case question = "?"
  case assign = "="
  case arrow = "->"
  case ellipsis = "..."
  case halfOpenRange = "..<"
  case or = "||"
  case and = "&&"
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case bar = "|"
  case caret = "^"
  case ampersand = "&"
  case shiftLeft = "<<"
  case shiftRight = ">>"
  case plus = "+"
  case minus = "-"
  case star = "*"
  case slash = "/"
  case percent = "%"
  case at = "@"
  case power = "**"
  case exclamation = "!"
  case tilde = "~"
  // Not part of the language; read as one so that the parser can say what to write instead.
  case semicolon = ";"
  case addAssign = "+="
  case subtractAssign = "-="
  case multiplyAssign = "*="
  case divideAssign = "/="
  case remainderAssign = "%="
  case matrixMultiplyAssign = "@="
  case powerAssign = "**="

  /// The bracket that closes this one; nil for what is no opening bracket.
  package var closer: Symbol? {
    switch self {
    case .leftParenthesis: .rightParenthesis
    case .leftBracket: .rightBracket
    case .leftBrace: .rightBrace
    default: nil
    }
  }

  /// Whether it closes a bracket.
  package var isCloser: Bool { self == .rightParenthesis || self == .rightBracket || self == .rightBrace }

  /// The operator of `x += 1` and its like; nil for other symbols.
  package var compoundOperator: String? {
    switch self {
    case .addAssign, .subtractAssign, .multiplyAssign, .divideAssign, .remainderAssign, .matrixMultiplyAssign,
      .powerAssign:
      String(rawValue.dropLast())
    default: nil
    }
  }
}

/// A comment: from its `//` up to the end of the line.
package struct Comment: Sendable, Hashable {
  package let lower: Int
  package let upper: Int
  /// Whether it is written with exactly three slashes.
  package let isDocumentation: Bool
  /// Whether nothing but white space stands before it on its line.
  package let standsAlone: Bool
}

/// The tokens and comments of a source file.
package struct TokenStream: Sendable {
  package let file: SourceFile
  /// The tokens in the order of the text; the last one, and only that, is the end of the file.
  package let tokens: [Token]
  package let comments: [Comment]
  /// What could not be read as tokens.
  package let diagnostics: DiagnosticSet
}
