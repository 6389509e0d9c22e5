import Foundation

/// What is kept in a JSON file of its own.
public protocol JSONFile: Codable, Sendable {}

extension JSONFile {
  /// Writes the file, at once or not at all; with its keys in order, so that equal values are equal files.
  public func write(to path: String) throws(CompilerError) {
    try CompilerError.wrapping {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
  }
}
