import Foundation
import Synchronization

/// What the stages of a compilation took.
public final class StageLog: Sendable {
  public struct Record: Sendable {
    public let stage: String
    public let time: Duration
    /// The most memory that the process had held when the stage ended, in bytes.
    public let peakByteCount: Int
  }

  private let storage = Mutex<[Record]>([])

  /// The stages in their order.
  public var records: [Record] { storage.withLock { $0 } }

  /// Calls `body` and records it as a stage.
  func measure<Result, Failure>(
    _ stage: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let start = ContinuousClock.now
    let result = try body()
    let record = Record(
      stage: stage, time: ContinuousClock.now - start, peakByteCount: Self.peakByteCount)
    storage.withLock { $0.append(record) }
    return result
  }

  private static var peakByteCount: Int {
    var usage = rusage()
    // RUSAGE_SELF, whose type is another one on each system.
    getrusage(0, &usage)
    #if canImport(Darwin)
      return usage.ru_maxrss
    #else
      return usage.ru_maxrss * 1024
    #endif
  }

  /// A line for each stage.
  public var table: [String] {
    records.map { record in
      let seconds =
        Double(record.time.components.attoseconds) * 1e-18 + Double(record.time.components.seconds)
      let name = record.stage.padding(toLength: 16, withPad: " ", startingAt: 0)
      return name + String(format: "%8.2f s   peak %6d MB", seconds, record.peakByteCount / 1_000_000)
    }
  }
}
