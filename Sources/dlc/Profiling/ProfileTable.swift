import DLFormats
import DLGraph
import DLLoops
import Foundation

/// A profile as a table, the parts that take longest first.
struct ProfileTable: CustomStringConvertible {
  private let profile: CallProfile
  private let peak: MachinePeak
  private let top: Int

  /// - Parameter top: how many lines to show; 0 for all.
  init(_ profile: CallProfile, peak: MachinePeak, top: Int) {
    self.profile = profile
    self.peak = peak
    self.top = top
  }

  private static let heads = [
    "time", "share", "GFLOP/s", "GB/s", "roofline", "calls", "kernel", "line", "layer",
  ]

  var description: String {
    let parts = profile.parts.sorted { $0.seconds > $1.seconds }
    let shown = top == 0 ? parts : Array(parts.prefix(top))
    var lines = [
      "\(profile.title), \(profile.threads) thread\(profile.threads == 1 ? "" : "s"): "
        + "\(milliseconds(profile.seconds)) ms in \(profile.parts.count) parts",
      "workspace \(profile.workspace.planned) bytes, of which \(profile.workspace.inUse) are in use at one time",
      "the machine: \(Int(peak.operations * 1e-9)) GFLOP/s, \(Int(peak.bandwidth * 1e-9)) GB/s from memory",
      "",
    ]
    lines += aligned([Self.heads] + shown.map(row))
    if shown.count < parts.count {
      let rest = parts.dropFirst(shown.count).map(\.seconds).reduce(0, +)
      lines.append("and \(parts.count - shown.count) more parts, \(milliseconds(rest)) ms")
    }
    return lines.joined(separator: "\n")
  }

  private func row(_ part: CallProfile.Part) -> [String] {
    let origin = part.launches[0].origin
    let count = Double(part.count)
    let operations = Double(origin.operations.constantValue ?? 0) * count
    let bytes = Double(origin.byteCount.constantValue ?? 0) * count
    // Small tensors come from the caches, so the bound counts memory only where it is the longer part.
    let bound = max(operations / peak.operations, isLarge(bytes) ? bytes / peak.bandwidth : 0)
    let site = origin.principalSite
    return [
      milliseconds(part.seconds), percent(part.seconds / profile.seconds),
      operations > 0 ? rate(operations / part.seconds) : "", rate(bytes / part.seconds),
      bound > 0 ? percent(bound / part.seconds) : "", "\(part.count)",
      part.launches.max { $0.kernel.count < $1.kernel.count }?.kernel ?? "",
      site.map { "\($0.file.lastPathComponent):\($0.line)" } ?? "",
      site.map { $0.path.isEmpty ? "(model)" : $0.path } ?? "(copy)",
    ]
  }

  /// Whether so much doesn't stay in the caches from one call to the next.
  private func isLarge(_ bytes: Double) -> Bool { bytes > 4e6 }

  private func milliseconds(_ seconds: Double) -> String { String(format: "%.3f", 1000 * seconds) }
  private func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
  private func rate(_ perSecond: Double) -> String { String(format: "%.1f", 1e-9 * perSecond) }

  /// Columns side by side: numbers to the right, texts to the left.
  private func aligned(_ rows: [[String]]) -> [String] {
    let widths = Self.heads.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column < 6 ? padding + row[column] : row[column] + (column + 1 < row.count ? padding : "")
      }.joined(separator: "  ")
    }
  }
}
