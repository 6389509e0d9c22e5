/// A message about a source text: what is wrong, where, and what to do about it.
///
/// Diagnostics are values. Each feature makes its own with factory functions in an extension of this type, so that the
/// wording of a feature stands in one place; a `DiagnosticSet` collects them, and one renderer prints them all.
public struct Diagnostic: Sendable, Hashable {
  public enum Severity: String, Sendable, Hashable { case error, warning }

  /// The stable name of the kind of message, such as `unclosed-bracket`.
  public struct ID: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let name: String
    public init(stringLiteral name: String) { self.name = name }
    public var description: String { name }
  }

  /// A range of the source with a few words about it.
  public struct Label: Sendable, Hashable {
    public let range: SourceRange
    public let text: String

    public init(_ range: SourceRange, _ text: String) {
      self.range = range
      self.text = text
    }
  }

  /// An edit that would repair the error: put `replacement` in the place of `range`.
  public struct FixIt: Sendable, Hashable {
    public let range: SourceRange
    public let replacement: String

    public init(_ range: SourceRange, replacement: String) {
      self.range = range
      self.replacement = replacement
    }
  }

  public let severity: Severity
  public let id: ID
  /// One sentence without a full stop: what is wrong.
  public let message: String
  /// Where it is wrong; the label may be empty.
  public let primary: Label
  /// Other places that explain it, in the order in which they are best read. They may lie in other files.
  public let secondary: [Label]
  /// Further facts, one sentence each.
  public let notes: [String]
  /// What to do about it.
  public let hint: String?
  /// The edit that does what the hint says.
  public let fixIt: FixIt?

  public var range: SourceRange { primary.range }

  public init(
    _ severity: Severity = .error, _ id: ID, _ message: String, at range: SourceRange, label: String = "",
    secondary: [Label] = [], notes: [String] = [], hint: String? = nil, fixIt: FixIt? = nil
  ) {
    self.severity = severity
    self.id = id
    self.message = message
    primary = Label(range, label)
    self.secondary = secondary
    self.notes = notes
    self.hint = hint
    self.fixIt = fixIt
  }
}
