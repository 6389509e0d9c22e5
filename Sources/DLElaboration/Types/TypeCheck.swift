import DLSyntax

/// A value that must have a declared type.
struct TypeCheck {
  let value: Value
  let type: TypeExpression
  /// How messages speak of the value, for example `'x' of forward`.
  let subject: String
  /// Where the value comes from.
  let range: SourceRange
  /// Where the type is declared.
  let declaration: SourceRange
}
