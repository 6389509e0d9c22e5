import CDLRuntime

/// Threads that run the loops of models together with the caller, and sleep between calls.
///
/// Sessions may share a pool; a loop that starts while another one runs is run by its caller alone. Results don't
/// depend on the number of threads.
public final class ThreadPool: @unchecked Sendable {
  private let pool: OpaquePointer
  /// What a call of a model takes.
  let executor: UnsafeMutablePointer<dlc_executor>

  /// A pool in which `threads` threads, the caller's included, run a loop: 1 starts none. It has fewer where the
  /// system refuses threads.
  public init(threads: Int) throws(RuntimeError) {
    guard let pool = dlc_pool_create(Int32(clamping: threads)) else {
      throw .outOfMemory("there is no memory for \(threads) threads")
    }
    self.pool = pool
    executor = .allocate(capacity: 1)
    executor.initialize(to: dlc_pool_executor(pool))
  }

  deinit {
    dlc_pool_destroy(pool)
    executor.deallocate()
  }

  /// The threads that run a loop, the caller's included.
  public var threads: Int { Int(dlc_pool_threads(pool)) }
}
