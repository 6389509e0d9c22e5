import DLLoops

extension CompiledModel {
  /// One place in an entry point where a kernel is launched.
  public struct Launch: Sendable {
    /// The entry point.
    public let entry: String
    public let kernel: String
    /// The index of what it computes in the entry's `origins`: several launches may work on the same.
    public let originIndex: Int
    public let origin: Origin
  }

  /// The launches in the order of the numbers that code made with `reportsLaunches` passes to its observer: the function
  /// whose address stands in the exported variable `NAME_observer`. It gets -1 where an entry point begins.
  public var launches: [Launch] {
    program.functions.flatMap { function in
      zip(function.steps.launchedKernels, function.launchOrigins).map { kernel, origin in
        Launch(
          entry: function.name, kernel: program.kernels[kernel].name, originIndex: origin,
          origin: function.origins[origin])
      }
    }
  }
}
