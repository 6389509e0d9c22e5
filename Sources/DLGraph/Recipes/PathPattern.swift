/// A pattern of parameter paths such as `h.*.{attn,mlp}.*.weight`.
///
/// `*` stands for any characters, dots included, and `{a,b}` for either text. A pattern matches a parameter where it
/// matches the whole path, or the path of a layer around it: `encoder.0` matches all parameters of that layer.
public struct PathPattern: Hashable, Sendable, CustomStringConvertible {
  public let text: String
  /// The patterns without braces that the text stands for, in order.
  public let alternatives: [String]

  /// The pattern of a text; nil where its braces don't match, or stand for more than a thousand patterns.
  public init?(_ text: String) {
    guard let alternatives = Self.expand(Substring(text)), !text.isEmpty else { return nil }
    self.text = text
    self.alternatives = alternatives
  }

  public var description: String { text }

  public func matches(_ path: String) -> Bool { alternatives.contains { Self.matches($0, path) } }

  /// Whether a pattern without braces matches a path, or that of a layer around it.
  public static func matches(_ alternative: String, _ path: String) -> Bool {
    let pattern = Array(alternative.utf8)
    let path = Array(path.utf8)
    // Which places of the path the pattern so far can have come to.
    var reached = Set([0])
    for character in pattern {
      if reached.isEmpty { return false }
      if character == UInt8(ascii: "*") {
        reached = Set((reached.min() ?? 0)...path.count)
      } else {
        reached = Set(reached.filter { $0 < path.count && path[$0] == character }.map { $0 + 1 })
      }
    }
    return reached.contains { $0 == path.count || path[$0] == UInt8(ascii: ".") }
  }

  private static let maximumAlternatives = 1000

  /// The texts that braces stand for.
  private static func expand(_ text: Substring) -> [String]? {
    guard let opening = text.firstIndex(of: "{") else { return text.contains("}") ? nil : [String(text)] }
    guard let closing = text[opening...].firstIndex(of: "}") else { return nil }
    let choices = text[text.index(after: opening)..<closing]
    guard !text[..<opening].contains("}"), !choices.contains("{"),
      let rest = expand(text[text.index(after: closing)...])
    else { return nil }
    let parts = choices.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count * rest.count <= maximumAlternatives else { return nil }
    return parts.flatMap { part in rest.map { text[..<opening] + part + $0 } }
  }
}
