import Foundation

/// Runs code on a thread with a stack deep enough for the recursion that the elaborator allows.
enum DeepStack {
  private static let byteCount = 1 << 28

  /// The result of `body`, which runs while the caller waits.
  static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result {
    let slot = Slot<Result>()
    let finished = DispatchSemaphore(value: 0)
    let thread = Thread {
      slot.result = body()
      finished.signal()
    }
    thread.stackSize = byteCount
    thread.start()
    finished.wait()
    guard let result = slot.result else { preconditionFailure("the thread ended without a result") }
    return result
  }

  /// Written by the thread before it signals, read by the caller after.
  private final class Slot<Result: Sendable>: @unchecked Sendable {
    var result: Result?
  }
}
