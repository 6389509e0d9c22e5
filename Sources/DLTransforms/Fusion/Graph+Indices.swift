import DLGraph
import DLOperations

extension Graph {
  /// Whether a value is integers made of indices and single numbers, or the comparison of such: cheaper to compute again
  /// than to read, and where it is a mask, its readers see what it hides.
  func isMadeOfIndices(_ value: ValueID) -> Bool {
    let type = type(of: value)
    if type.elementType.isInteger, type.count == 1 { return true }
    guard let node = definingNode(of: value) else { return false }
    return makesIndices(node.operation, node.operands)
  }

  /// Whether the result of an operation is made of indices.
  func makesIndices(_ operation: any Operation, _ operands: [ValueID]) -> Bool {
    switch operation {
    case is Iota: return true
    case is Broadcast, is Reshape: return isMadeOfIndices(operands[0])
    case let convert as Convert: return convert.target.isInteger && isMadeOfIndices(operands[0])
    case is Compare: break
    case let binary as Binary where binary.function == .add || binary.function == .subtract: break
    default: return false
    }
    return operands.allSatisfy { type(of: $0).elementType.isInteger && isMadeOfIndices($0) }
  }
}
