import DLGraph
import DLOperations

extension Graph {
  /// The inputs in whose memory the only output may be stored: of each an element is read only for the element of the
  /// output at its own position, or by reductions of the row before any of the row is stored.
  var inputsReadInPlace: [Int] {
    guard outputs.count == 1, !hasPlacedOutputs, zeroPadding(outputs[0].value) == nil else { return [] }
    let result = type(of: outputs[0].value)
    let walksRows = RowSchedule(self, symbols: symbols) != nil
    if !walksRows && nodes.filter({ $0.reducing != nil }).count > 1 { return [] }
    return inputs.indices.filter { index in
      let input = inputs[index].value
      let type = type(of: input)
      guard type.count == result.count, type.elementType == result.elementType else {
        return false
      }
      return isReadInPlace(input, walksRows: walksRows)
    }
  }

  private func isReadInPlace(_ input: ValueID, walksRows: Bool) -> Bool {
    let count = type(of: input).count
    // The schedule of rows has reduced a whole row before it stores any of it.
    var depends: Set<ValueID> = [input]
    for node in nodes where node.operands.contains(where: depends.contains) {
      switch node.operation {
      case is Unary, is Binary, is Compare, is Select, is Convert, is Reshape: depends.formUnion(node.results)
      case is Reduce where walksRows: break
      default: return false
      }
    }
    return depends.allSatisfy { type(of: $0).count == count }
  }
}
