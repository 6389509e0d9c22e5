/// Writes source texts in the one way all of them are written.
///
/// Statements begin on lines of their own, two spaces further in for each block. Lines that would be longer than 100
/// columns are broken inside brackets, after commas. Comments stay, and so do single blank lines; line breaks that the
/// author put behind an opening bracket, after a comma of a broken list, or at an operator, stay too.
public enum Formatter {
  static let maximumWidth = 100

  /// Thrown for texts that don't parse.
  public struct SyntaxErrors: Error {
    public let diagnostics: DiagnosticSet
  }

  /// The text of `file`, formatted. It parses to the same tree, and formatting it again doesn't change it.
  public static func format(_ file: SourceFile) throws(SyntaxErrors) -> String {
    let parsed = ParsedFile(file)
    guard !parsed.diagnostics.hasErrors else { throw SyntaxErrors(diagnostics: parsed.diagnostics) }
    let outline = Outline(parsed)
    var layout = Layout(outline)
    layout.emitFile()
    return layout.text
  }
}
