import DLGraph
import DLOperations

extension Graph {
  /// Whether every output depends on a value only through the element at its own position: by element-wise operations
  /// and reshapes.
  func isAligned(after value: ValueID) -> Bool {
    var depends: Set<ValueID> = [value]
    for node in nodes where node.operands.contains(where: depends.contains) {
      switch node.operation {
      case is Unary, is Binary, is Compare, is Select, is Convert, is Reshape: depends.formUnion(node.results)
      default: return false
      }
    }
    let count = type(of: value).count
    return outputs.allSatisfy { type(of: $0.value).count == count }
  }
}
