/// A stretch of a source file, from `lower` up to but not including `upper`, in UTF-8 bytes.
public struct SourceRange: Sendable, Hashable {
  public let file: SourceFile
  public let lower: Int
  public let upper: Int

  /// - Requires: `0 <= lower <= upper <= file.utf8.count`.
  public init(file: SourceFile, _ lower: Int, _ upper: Int) {
    precondition(0 <= lower && lower <= upper && upper <= file.utf8.count, "range outside its file")
    self.file = file
    self.lower = lower
    self.upper = upper
  }

  /// The text the range covers.
  public var text: String { file.string(lower, upper) }

  /// Where the range begins.
  public var start: SourceLocation { file.location(of: lower) }

  /// Where the range ends: the location after its last character.
  public var end: SourceLocation { file.location(of: upper) }

  /// The smallest range that covers this one and `other`.
  ///
  /// - Requires: both are in the same file.
  public func union(_ other: SourceRange) -> SourceRange {
    precondition(file == other.file, "ranges of two files have no union")
    return SourceRange(file: file, min(lower, other.lower), max(upper, other.upper))
  }

  /// The empty range where this one begins.
  public var startPoint: SourceRange { SourceRange(file: file, lower, lower) }

  /// The empty range where this one ends.
  public var endPoint: SourceRange { SourceRange(file: file, upper, upper) }
}

extension SourceRange: CustomStringConvertible {
  /// `file:line:column` of the beginning.
  public var description: String {
    let start = start
    return "\(file.name):\(start.line):\(start.column)"
  }
}
