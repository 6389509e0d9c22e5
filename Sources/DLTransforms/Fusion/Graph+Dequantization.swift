import DLGraph
import DLOperations

extension Graph {
  /// Whether a value is bytes as floating-point numbers, scaled and shifted by constants: cheaper to compute again from
  /// the bytes than to read.
  func isDequantized(_ value: ValueID) -> Bool {
    guard let node = definingNode(of: value), type(of: value).elementType.isFloatingPoint else {
      return false
    }
    switch node.operation {
    case is Convert:
      let source = type(of: node.operands[0]).elementType
      return source.isInteger && source.byteCount == 1
    case let binary as Binary where [.add, .subtract, .multiply].contains(binary.function):
      let (a, b) = (node.operands[0], node.operands[1])
      return isDequantized(a) && isSpreadConstant(b) || isSpreadConstant(a) && isDequantized(b)
    default: return false
    }
  }

  /// Whether a value is bits of constant bytes, which hold several small integers each.
  func isUnpacked(_ value: ValueID) -> Bool {
    guard type(of: value).elementType.byteCount == 1, isMadeOfConstants(value),
      let binary = definingNode(of: value)?.operation as? Binary
    else { return false }
    return [.and, .or, .xor, .shiftLeft, .shiftRight].contains(binary.function)
  }

  /// Whether a value is a constant, maybe repeated or widened.
  private func isSpreadConstant(_ value: ValueID) -> Bool {
    guard let node = definingNode(of: value) else { return false }
    return node.operation is Constant
      || (node.operation is Broadcast || node.operation is Convert) && isSpreadConstant(node.operands[0])
  }

  /// Whether a value is floats that are computed from constants of a byte an element, with all their scales.
  func isStoredInFewerBits(_ value: ValueID) -> Bool {
    guard let node = definingNode(of: value), type(of: value).elementType.isFloatingPoint else {
      return false
    }
    switch node.operation {
    case is Reshape, is Transpose: return isStoredInFewerBits(node.operands[0])
    default: return isDequantized(value) && isMadeOfConstants(value)
    }
  }

  /// The node of the dequantized value behind a value, seen through views, where it is not made of weights.
  func dequantization(behind value: ValueID) -> NodeID? {
    var value = value
    while case .result(let id, _) = self[value].definition {
      switch self[id].operation {
      case is Reshape, is Transpose, is Broadcast: value = self[id].operands[0]
      default: return isDequantized(value) && !isMadeOfConstants(value) ? id : nil
      }
    }
    return nil
  }

  private func isMadeOfConstants(_ value: ValueID) -> Bool {
    guard let node = definingNode(of: value) else { return false }
    return node.operation is Constant
      || node.operands.allSatisfy { isMadeOfConstants($0) } && !node.operands.isEmpty
  }
}
