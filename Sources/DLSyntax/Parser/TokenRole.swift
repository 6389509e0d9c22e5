/// What a token turned out to be where its kind doesn't say it: this decides the white space around it.
enum TokenRole: Sendable {
  /// Nothing more than its kind says.
  case plain
  /// `-`, `!` and `~` before their operand
  case prefixOperator
  /// An operator between two operands, other than a range
  case binaryOperator
  /// `?` and `:` of a conditional expression
  case conditional
  /// A mark that touches what it follows: `?` after a type, `%` after a number
  case optionalMark
  /// `:` of a slice, or of a share such as `2:4`
  case sliceColon
  /// `...` that stands for axes
  case axes
  /// `(` or `[` that belongs to what stands before it
  case attachedBracket
  /// `{` of a layer or model
  case membersBrace
  /// `{` of a function, loop or branch
  case blockBrace
  /// `{` of a closure
  case closureBrace
  /// The last token before the body of a closure: `in`
  case closureHeader
}
