import DLGraph
import DLOperations

/// The way from a value to an output that is computed from it element by element: where each element goes.
struct OutputPath {
  /// The output.
  let value: ValueID
  /// The reshapes and transpositions on the way, first to last.
  private let views: [Node]

  /// Whether elements change their order.
  var moves: Bool { views.contains { $0.operation is Transpose } }

  /// - Returns: nil where the output depends on the value in another way, or not at all.
  init?(from source: ValueID, to value: ValueID, in graph: Graph) {
    self.value = value
    var views: [Node] = []
    var current = value
    while current != source {
      guard let node = graph.definingNode(of: current) else { return nil }
      switch node.operation {
      case is Reshape, is Transpose:
        views.append(node)
        current = node.operands[0]
      case is Unary, is Binary, is Compare, is Select, is Convert:
        guard let operand = node.operands.first(where: { graph.depends($0, on: source) }) else { return nil }
        current = operand
      default: return nil
      }
    }
    self.views = views.reversed()
  }

  /// The indices in the output of the element at some indices of the value.
  func place(of indices: [IntegerExpression], in graph: Graph) -> [IntegerExpression] {
    var indices = indices
    for node in views {
      switch node.operation {
      case let transpose as Transpose: indices = transpose.permutation.map { indices[$0] }
      default:
        let shapes = (node.operands + node.results).map { graph.type(of: $0).shape }
        indices = Reshape.position(at: indices, of: shapes[0], in: shapes[1])
      }
    }
    return indices
  }

  /// Whether every value on the way to the last transposition is read once, and what depends on the source reads it
  /// through that one.
  static func areLinear(from source: ValueID, in graph: Graph, _ uses: [Int]) -> Bool {
    var depends: Set<ValueID> = [source]
    var isMoved = false
    for node in graph.nodes where node.operands.contains(where: depends.contains) {
      switch node.operation {
      case is Transpose where isMoved: return false
      case is Transpose, is Reshape:
        if !isMoved, uses[node.operands[0].index] != 1 { return false }
        if node.operation is Transpose { isMoved = true }
      case is Unary, is Binary, is Compare, is Select,
        is Convert where isMoved:
        break
      default: return false
      }
      depends.formUnion(node.results)
    }
    return true
  }
}

extension Graph {
  fileprivate func depends(_ value: ValueID, on source: ValueID) -> Bool {
    if value == source { return true }
    return definingNode(of: value)?.operands.contains { depends($0, on: source) } ?? false
  }
}
