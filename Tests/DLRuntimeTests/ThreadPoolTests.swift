import CDLRuntime
import Foundation
import Synchronization
import Testing

/// How often each index of a loop was run.
private final class Counts: Sendable {
  let values: [Counter]
  let executor: Executor?

  final class Counter: Sendable {
    let value = Atomic(0)
  }

  init(_ count: Int, nested executor: Executor? = nil) {
    values = (0..<count).map { _ in Counter() }
    self.executor = executor
  }

  var all: [Int] { values.map { $0.value.load(ordering: .relaxed) } }
}

private struct Executor: @unchecked Sendable {
  var executor: dlc_executor

  /// Runs a loop that counts its indices; with a nested executor each index runs a loop of its own.
  func count(_ counts: Counts) {
    let closure = Unmanaged.passUnretained(counts).toOpaque()
    executor.parallel_for(
      executor.pool, Int64(counts.values.count),
      { closure, begin, end in
        guard let closure else { return }
        let counts = Unmanaged<Counts>.fromOpaque(closure).takeUnretainedValue()
        for index in Int(begin)..<Int(end) {
          guard let nested = counts.executor else {
            counts.values[index].value.add(1, ordering: .relaxed)
            continue
          }
          let inner = Counts(3)
          nested.count(inner)
          counts.values[index].value.add(inner.all.reduce(0, +), ordering: .relaxed)
        }
      }, closure)
  }
}

@Suite struct ThreadPoolTests {
  private func withPool(_ threads: Int, _ body: (Executor) -> Void) throws {
    let pool = try #require(dlc_pool_create(Int32(threads)))
    defer { dlc_pool_destroy(pool) }
    #expect(dlc_pool_threads(pool) == threads)
    body(Executor(executor: dlc_pool_executor(pool)))
  }

  @Test(arguments: 1...8) func everyIndexOnce(threads: Int) throws {
    try withPool(threads) { executor in
      for count in [0, 1, 2, 3, 7, 8, 9, 64, 1000] {
        let counts = Counts(count)
        executor.count(counts)
        #expect(counts.all.allSatisfy { $0 == 1 })
      }
    }
  }

  /// Enough loops that threads fall asleep and wake in every order.
  @Test(arguments: [2, 5]) func manyLoops(threads: Int) throws {
    try withPool(threads) { executor in
      let counts = Counts(17)
      for loop in 0..<3000 {
        executor.count(counts)
        if loop % 500 == 0 { Thread.sleep(forTimeInterval: 0.001) }
      }
      #expect(counts.all.allSatisfy { $0 == 3000 })
    }
  }

  @Test func nestedLoopsRunInTheirThread() throws {
    try withPool(4) { executor in
      let counts = Counts(50, nested: executor)
      executor.count(counts)
      #expect(counts.all.allSatisfy { $0 == 3 })
    }
  }

  @Test func concurrentCallersShareAPool() throws {
    try withPool(3) { executor in
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        for _ in 0..<200 {
          let counts = Counts(10)
          executor.count(counts)
          #expect(counts.all.allSatisfy { $0 == 1 })
        }
      }
    }
  }

  @Test func absurdNumbersOfThreadsAreClamped() throws {
    let pool = try #require(dlc_pool_create(-5))
    #expect(dlc_pool_threads(pool) == 1)
    dlc_pool_destroy(pool)
    dlc_pool_destroy(nil)
  }
}
