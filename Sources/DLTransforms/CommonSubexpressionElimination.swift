import DLGraph

/// Computes equal expressions once.
public struct CommonSubexpressionElimination: Pass {
  public let name: String
  public let summary = "computes equal expressions once"

  public init(name: String = "share-common-subexpressions") { self.name = name }

  private struct Key: Hashable {
    let name: String
    let attributes: AttributeList
    let operands: [ValueID]
  }

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var known: [Key: [ValueID]] = [:]
    var changed = false
    let result = try graph.rewritten { node, operands, result in
      if node.operation.hasEffect { return nil }
      let key = Key(name: node.operation.name, attributes: node.operation.attributes, operands: operands)
      if let results = known[key] {
        changed = true
        return results
      }
      let results = try result.append(node.operation, operands, sites: node.sites)
      known[key] = results
      return results
    }
    if changed { graph = result }
    return changed
  }
}
