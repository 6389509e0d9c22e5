import DLGraph
import DLOperations

/// A concatenation, or a padding with zeros, as what it is in memory: tensors that lie in one.
///
/// Whoever computes a piece can write it where it belongs, so that joining takes no time.
struct Join {
  let pieces: [Piece]
  /// The padding whose border has to be filled.
  let padding: Pad?

  struct Piece {
    /// The operand of the node that the piece is; nil where it is computed of operands.
    var operand: Int?
    /// Where it lies in the result.
    var region: Region
    /// What computes it, from the operands of the node named in `operands`.
    var body: Graph
    var operands: [Int]
  }

  /// The fewest elements of a piece for which steps of its own pay.
  private static let fewestElements = 64

  /// - Parameter body: what the node computes of its operands.
  /// - Returns: nil where the node is not of this kind, or too small.
  init?(_ body: Graph) {
    guard body.outputs.count == 1, case let result = body.outputs[0].value,
      case .result(let last, _) = body[result].definition,
      body.nodes.indices.allSatisfy({ NodeID($0) == last || body.nodes[$0].mapped?.isCheap ?? false })
    else { return nil }
    let whole = body.type(of: result).shape
    var placed: [(value: ValueID, low: [Dimension])] = []
    if let padding = body.zeroPadding(result) {
      self.padding = padding.operation
      placed = [(padding.operand, padding.operation.low)]
    } else if let concatenate = body[last].operation as? Concatenate {
      padding = nil
      var low = whole.map { _ in Dimension(0) }
      for value in body[last].operands {
        placed.append((value, low))
        low[concatenate.axis] = low[concatenate.axis] + body.type(of: value).shape[concatenate.axis]
      }
    } else {
      return nil
    }
    if let count = whole.product.constantValue, count < Self.fewestElements * placed.count { return nil }
    var pieces: [Piece] = []
    for (value, low) in placed where body.type(of: value).count != 0 {
      guard let (cone, inputs) = body.cone(of: value) else { return nil }
      let region = Region(low: low, part: body.type(of: value).shape, whole: whole)
      pieces.append(
        Piece(operand: body.inputSeenThroughReshapes(value), region: region, body: cone, operands: inputs))
    }
    self.pieces = pieces
  }
}

extension Join {
  /// The join that a node is.
  init?(_ node: Node, in graph: Graph) {
    switch node.operation {
    case let group as Group: self.init(group.body)
    case is Concatenate, is Pad: self.init(Graph(single: node, in: graph))
    default: return nil
    }
  }
}

extension Graph {
  /// The input that a value is, with its axes divided in any way.
  fileprivate func inputSeenThroughReshapes(_ value: ValueID) -> Int? {
    switch self[value].definition {
    case .input(let index): return index
    case .result(let node, _):
      return self[node].operation is Reshape ? inputSeenThroughReshapes(self[node].operands[0]) : nil
    }
  }

  /// The nodes that a value depends on as a graph of their own, and the inputs of this one that it takes.
  fileprivate func cone(of value: ValueID) -> (graph: Graph, inputs: [Int])? {
    var needed: Set<ValueID> = [value]
    for node in nodes.reversed() where node.results.contains(where: needed.contains) {
      needed.formUnion(node.operands)
    }
    var cone = Graph(name: name, symbols: symbols)
    var mapping: [ValueID: ValueID] = [:]
    let taken = inputs.indices.filter { needed.contains(inputs[$0].value) }
    for (index, input) in taken.enumerated() {
      mapping[inputs[input].value] = cone.addInput("in\(index)", type(of: inputs[input].value))
    }
    for node in nodes where node.results.contains(where: needed.contains) {
      guard let results = try? cone.append(node.operation, node.operands.compactMap { mapping[$0] }) else {
        return nil
      }
      for (old, new) in zip(node.results, results) { mapping[old] = new }
    }
    guard let result = mapping[value] else { return nil }
    cone.outputs = [Output(name: "out0", value: result)]
    return (cone, taken)
  }
}
