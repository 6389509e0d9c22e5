import DLGraph
import DLOperations

/// Gathers nodes into groups that become one kernel each.
///
/// By rules on iteration spaces, not by patterns: element-wise nodes join where they run over the same elements; a
/// product, convolution or window takes what follows it element by element; reductions over the same rows join with all
/// that is computed on those rows. Views and other cheap nodes are copied into every group that reads through them.
public struct Fusion: Pass {
  public let name = "fuse"
  public let summary = "gathers nodes into groups that become one kernel each"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var plan = FusionPlan(graph)
    plan.form()
    graph = try plan.apply()
    return true
  }
}
