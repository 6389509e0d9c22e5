/// What can be wrong with the characters of a source text.
extension Diagnostic {
  static func unexpectedCharacter(_ range: SourceRange, hint: String?) -> Diagnostic {
    Diagnostic(.error, "unexpected-character", "unexpected \(described(range.text))", at: range, hint: hint)
  }

  static func lookalikeCharacter(_ range: SourceRange, meant: String) -> Diagnostic {
    let name = meant == " " ? "an ordinary space" : "'\(meant)'"
    return Diagnostic(
      .error, "unexpected-character", "unexpected \(described(range.text))", at: range,
      hint: "did you mean \(name)?", fixIt: FixIt(range, replacement: meant))
  }

  static func unterminatedString(_ quote: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "unterminated-string", "the string is not closed", at: quote, label: "begins here",
      hint: "a string ends with '\"' on the line where it began; '\\n' stands for a line break")
  }

  static func invalidEscape(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "invalid-escape", "'\(range.text)' is no escape sequence", at: range,
      hint: "the escape sequences are \\n, \\t, \\r, \\0, \\\", \\\\ and \\u{…} with a hexadecimal number")
  }

  static func invalidNumber(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "invalid-number", "'\(range.text)' is no number", at: range,
      hint: "numbers look like 12_000, 0xff, 1.5 or 1e-5")
  }

  static func integerOutOfRange(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .error, "number-out-of-range", "the integer \(range.text) is too large", at: range,
      notes: ["the largest integer is \(Int.max)"])
  }

  static func floatOutOfRange(_ range: SourceRange, isTooLarge: Bool) -> Diagnostic {
    Diagnostic(
      .error, "number-out-of-range", "the number \(range.text) is too \(isTooLarge ? "large" : "small")",
      at: range,
      notes: ["numbers have the range of a 64-bit float, about 5e-324 to 1.8e308"])
  }

  /// The characters as a person can read them in a message.
  private static func described(_ text: String) -> String {
    guard text.unicodeScalars.count == 1, let scalar = text.unicodeScalars.first else { return "'\(text)'" }
    let isVisible: Bool =
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
        .paragraphSeparator:
        false
      default: true
      }
    return isVisible ? "'\(text)'" : "character U+\(hexadecimal(scalar.value))"
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
