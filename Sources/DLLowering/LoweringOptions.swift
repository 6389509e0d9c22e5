/// What is decided about the kernels outside the graph.
public struct LoweringOptions: Hashable, Sendable {
  /// Whether convolutions may be computed by Winograd's method, which is faster but rounds more.
  public var usesWinograd = true
  /// Choices that take the place of those of the cost model.
  public var tuning = TuningTable()

  public init() {}
}
