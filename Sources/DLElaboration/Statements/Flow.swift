/// How a list of statements ends.
enum Flow {
  /// It ran to its end.
  case normal
  /// It reached a `return`; the value is nil where it could not be determined.
  case returned(Value?)
  /// It ran to its end, but an error made it unclear whether it would have returned.
  case failed
}
