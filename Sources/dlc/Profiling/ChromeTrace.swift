import DLFormats
import Foundation

/// The launches of one call in the trace event format that chrome://tracing and Perfetto read.
struct ChromeTrace {
  private let profile: CallProfile

  init(_ profile: CallProfile) { self.profile = profile }

  /// Writes a JSON file. Times are microseconds since the call began.
  func write(to path: String) throws {
    let events = profile.events.map { event -> String in
      let site = event.launch.origin.principalSite
      let name = site.map { $0.path.isEmpty ? event.launch.kernel : $0.path } ?? event.launch.kernel
      let line = site.map { "\($0.file):\($0.line)" } ?? ""
      return """
        {"name": \(name.asJSON), "ph": "X", "pid": 1, "tid": 1, "ts": \(microseconds(event.start)), \
        "dur": \(microseconds(event.duration)), \
        "args": {"kernel": \(event.launch.kernel.asJSON), "line": \(line.asJSON)}}
        """
    }
    let text = "{\"traceEvents\": [\n" + events.joined(separator: ",\n") + "\n]}\n"
    try AtomicFile.write(text, to: path)
  }

  private func microseconds(_ seconds: Double) -> String { String(format: "%.3f", 1e6 * seconds) }
}
