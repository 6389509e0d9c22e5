import Foundation

/// Says on a terminal what is being done, where it takes more than a moment.
final class Progress: Sendable {
  fileprivate let isTerminal = isatty(STDERR_FILENO) == 1

  /// Shows a step; the next one takes its place.
  func show(_ step: String) {
    guard isTerminal else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(step) …".utf8))
  }

  /// Removes what was shown.
  func finish() {
    guard isTerminal else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }
}

extension Progress {
  /// Shows a step on a terminal, or prints it as a line of its own elsewhere.
  func log(_ step: String) {
    if isTerminal { show(step) } else { FileHandle.standardError.write(Data("\(step)\n".utf8)) }
  }
}
