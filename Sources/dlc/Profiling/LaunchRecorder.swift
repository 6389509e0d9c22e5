import Foundation

/// Writes down when a model reports a launch. A model calls back a plain function, so there is one recorder.
enum LaunchRecorder {
  typealias Observer = @convention(c) (Int64) -> Void

  /// A report: the number of the launch, or -1 at the beginning of a call, with the time in seconds.
  struct Record {
    let launch: Int
    let time: Double
  }

  /// The reports since the last restart. Models report from the thread that called them, and only one is being profiled.
  nonisolated(unsafe) private(set) static var records: [Record] = []

  static func restart() { records.removeAll(keepingCapacity: true) }

  /// The function that a model calls.
  static let observer: Observer = { launch in
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    records.append(Record(launch: Int(launch), time: Double(now.tv_sec) + 1e-9 * Double(now.tv_nsec)))
  }
}
