import DLGraph
import DLLoops
import DLOperations

/// Multiplies with the nonzero parts of weights alone, where these are few enough to be faster.
///
/// `x · w ⇒ contract_sparse(x, parts of w)`. Only these parts are stored. Where an element of `x` is infinite or not a
/// number, a zero of `w` would have made the sum NaN; left out, it does not.
public struct SparseProducts: Pass {
  public let name = "skip-zeros"
  public let summary = "leaves out blocks of zeros in the weights of products"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var changed = false
    graph = try graph.rewritten { node, operands, result in
      guard let contract = node.operation as? Contract, contract.batch.isEmpty, contract.result == .f32,
        contract.contracting.count == 1, contract.contracting[0] == (1, 0),
        result.type(of: operands[0]).rank == 2,
        let weights = result.definingNode(of: operands[1])?.operation as? Constant,
        weights.literal.elementType == .f32, weights.literal.shape.count == 2
      else { return nil }
      let rows = result.type(of: operands[0]).shape[0]
      let cost = SparseCost(rows: rows.constantValue ?? min(rows.upperBound ?? 64, 64), on: context.target)
      guard let width = cost.width(for: weights.literal) else { return nil }
      changed = true
      let panels = SparsePanels(weights.literal, width: width)
      var parts: [ValueID] = []
      for literal in [panels.values, panels.positions, panels.starts] {
        let name = parts.isEmpty ? weights.parameterName : nil
        parts += try result.append(Constant(literal, name: name), [])
      }
      let product = SparseContract(columns: weights.literal.shape[1], longest: panels.longest)
      return try result.append(product, [operands[0]] + parts, sites: node.sites)
    }
    if changed { _ = try DeadCodeElimination().run(on: &graph, context: context) }
    return changed
  }
}
