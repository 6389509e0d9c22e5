/// What is decided about the kernels outside the graph.
public struct LoweringOptions: Hashable, Sendable {
  /// Whether convolutions may be computed by Winograd's method, which is faster but rounds more.
  public var usesWinograd = true

  public init() {}
}
