import DLGraph
import DLOperations

/// Brings every contraction into the form `[batch, M, K] × [batch, K, N]`, or without the batch axis where there is none.
///
/// What the rearrangement costs is paid at compile time for weights, and is a view for most others.
public struct ContractionNormalization: Pass {
  public let name = "normalize-contractions"
  public let summary = "brings contractions into the form [batch, M, K] × [batch, K, N]"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var changed = false
    graph = try graph.rewritten { node, operands, result in
      guard let contract = node.operation as? Contract else { return nil }
      let form = ContractionForm(
        contract, result.type(of: operands[0]).shape, result.type(of: operands[1]).shape)
      if form.isNormal { return nil }
      changed = true
      return try form.emit(
        operands, type: result.type(of: operands[0]).elementType, sites: node.sites, in: &result)
    }
    return changed
  }
}

/// The axes of a contraction by their parts.
private struct ContractionForm {
  let contract: Contract
  let shapes: [[Dimension]]
  /// The axes of each operand that the result keeps apart.
  let free: [[Int]]

  init(_ contract: Contract, _ left: [Dimension], _ right: [Dimension]) {
    self.contract = contract
    shapes = [left, right]
    free = [
      left.indices.filter { axis in
        !contract.batch.contains { $0.left == axis } && !contract.contracting.contains { $0.left == axis }
      },
      right.indices.filter { axis in
        !contract.batch.contains { $0.right == axis } && !contract.contracting.contains { $0.right == axis }
      },
    ]
  }

  private var batch: [[Int]] { [contract.batch.map(\.left), contract.batch.map(\.right)] }
  private var contracted: [[Int]] { [contract.contracting.map(\.left), contract.contracting.map(\.right)] }

  var isNormal: Bool {
    let rank = contract.batch.isEmpty ? 2 : 3
    guard contract.batch.count <= 1, free[0].count == 1, free[1].count == 1, contract.contracting.count == 1
    else { return false }
    return batch[0] + free[0] + contracted[0] == Array(0..<rank)
      && batch[1] + contracted[1] + free[1] == Array(0..<rank)
  }

  /// Emits the normal form and brings its result into the shape of the original.
  func emit(
    _ operands: [ValueID], type: ElementType, sites: [Site], in graph: inout Graph
  ) throws -> [ValueID] {
    // A matrix times a vector is computed as the vector times the transposed matrix: then columns are the long axis.
    let isSwapped = free[1].isEmpty && !free[0].isEmpty
    let (l, r) = isSwapped ? (1, 0) : (0, 1)
    func extents(_ side: Int, _ axes: [Int]) -> [Dimension] { axes.map { shapes[side][$0] } }
    let hasBatch = !contract.batch.isEmpty
    let lead = hasBatch ? [extents(l, batch[l]).product] : []
    let rows = extents(l, free[l]).product
    let terms = extents(l, contracted[l]).product
    let columns = extents(r, free[r]).product
    let left = try rearrange(
      operands[l], batch[l] + free[l] + contracted[l], lead + [rows, terms], sites, in: &graph)
    let right = try rearrange(
      operands[r], batch[r] + contracted[r] + free[r], lead + [terms, columns], sites, in: &graph)
    let normal = Contract(
      batch: hasBatch ? [(0, 0)] : [],
      contracting: [hasBatch ? (2, 1) : (1, 0)], result: contract.result)
    let product = try graph.append(normal, [left, right], sites: sites)[0]
    let shape = extents(0, batch[0]) + extents(0, free[0]) + extents(1, free[1])
    return try graph.append(Reshape(shape: shape), [product], sites: sites)
  }

  private func rearrange(
    _ value: ValueID, _ order: [Int], _ shape: [Dimension], _ sites: [Site], in graph: inout Graph
  ) throws -> ValueID {
    var value = value
    if order != Array(order.indices) {
      value = try graph.append(Transpose(permutation: order), [value], sites: sites)[0]
    }
    if graph.type(of: value).shape != shape {
      value = try graph.append(Reshape(shape: shape), [value], sites: sites)[0]
    }
    return value
  }
}
