/// Translates the names of the tensors of a checkpoint into the names of a model's parameters.
///
/// A text with a rule on each line; `#` begins a comment:
///
///     transformer.* -> *        # what `*` stands for on the left, it stands for on the right, in order
///     lm_head.weight -> _       # the model has no such parameter: the tensor is passed over
///
/// The first rule whose left side is the whole name decides; a name that none fits stays as it is.
public struct NameTable: Hashable, Sendable {
  private struct Rule: Hashable {
    /// The parts of the left side between the stars.
    let pattern: [String]
    /// The parts of the right side between the stars; nil where the tensor is passed over.
    let replacement: [String]?
  }

  private var rules: [Rule] = []

  /// A line that is not a rule.
  public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
    public let line: Int
    public let message: String

    public var description: String { "line \(line): \(message)" }
  }

  /// No rules: every name stays.
  public init() {}

  public init(parsing text: String) throws(ParseError) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let content = line.prefix { $0 != "#" }
      let words = content.split(whereSeparator: \.isWhitespace).map(String.init)
      if words.isEmpty { continue }
      guard words.count == 3, words[1] == "->" else {
        throw ParseError(
          line: index + 1, message: "expected 'name -> name', found '\(words.joined(separator: " "))'")
      }
      let pattern = Self.parts(words[0])
      let replacement = words[2] == "_" ? nil : Self.parts(words[2])
      if let replacement, replacement.count > pattern.count {
        throw ParseError(line: index + 1, message: "'\(words[2])' has more stars than '\(words[0])'")
      }
      rules.append(Rule(pattern: pattern, replacement: replacement))
    }
  }

  /// The name in the model of a tensor of the checkpoint; nil where the tensor is passed over.
  public func name(for tensor: String) -> String? {
    for rule in rules {
      guard let stars = Self.match(tensor[...], rule.pattern[...]) else { continue }
      guard let replacement = rule.replacement else { return nil }
      return zip(replacement.dropFirst(), stars).reduce(replacement[0]) { $0 + $1.1 + $1.0 }
    }
    return tensor
  }

  private static func parts(_ text: String) -> [String] {
    text.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
  }

  /// What each star stands for, the first ones as short as possible; nil where the name doesn't fit.
  private static func match(_ name: Substring, _ parts: ArraySlice<String>) -> [Substring]? {
    guard let first = parts.first, name.hasPrefix(first) else { return nil }
    let rest = name.dropFirst(first.count)
    let others = parts.dropFirst()
    if others.isEmpty { return rest.isEmpty ? [] : nil }
    for end in rest.indices + [rest.endIndex] {
      if let stars = match(rest[end...], others) { return [rest[..<end]] + stars }
    }
    return nil
  }
}
