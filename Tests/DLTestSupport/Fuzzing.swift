import Foundation

/// How long random tests look for faults.
public enum Fuzzing {
  /// Calls `body` with the numbers 0, 1, …: at least `count` of them, and more until `DLC_FUZZ_SECONDS` have passed.
  public static func run(atLeast count: Int, _ body: (Int) throws -> Void) rethrows {
    let seconds = ProcessInfo.processInfo.environment["DLC_FUZZ_SECONDS"].flatMap(Double.init) ?? 0
    let end = Date(timeIntervalSinceNow: seconds)
    var number = 0
    while number < count || Date() < end {
      try body(number)
      number += 1
    }
  }
}
