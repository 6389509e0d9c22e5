import DLGraph
import DLOperations

extension Graph {
  /// Where an element of a value lies in memory, where the value is an input seen through views: the input and the
  /// position in it; else nil.
  func location(
    of value: ValueID, at indices: [IntegerExpression]
  ) -> (input: Int, position: IntegerExpression)? {
    guard let node = definingNode(of: value) else {
      guard case .input(let input) = self[value].definition else { return nil }
      return (input, TensorType.position(of: indices, in: type(of: value)))
    }
    guard let operand = node.operands.first else { return nil }
    switch node.operation {
    case let reshape as Reshape:
      let place = Reshape.position(at: indices, of: reshape.shape, in: type(of: operand).shape)
      return location(of: operand, at: place)
    case let transpose as Transpose:
      var place = indices
      for (index, axis) in zip(indices, transpose.permutation) { place[axis] = index }
      return location(of: operand, at: place)
    case let slice as Slice:
      let place = indices.indices.map {
        slice.starts[$0] + indices[$0] * IntegerExpression(slice.steps[$0])
      }
      return location(of: operand, at: place)
    case let broadcast as Broadcast:
      let shape = type(of: operand).shape
      let place = shape.indices.map { shape[$0] == 1 ? 0 : indices[broadcast.axes[$0]] }
      return location(of: operand, at: place)
    default: return nil
    }
  }
}

extension TensorType {
  fileprivate static func position(
    of indices: [IntegerExpression], in type: TensorType
  ) -> IntegerExpression {
    zip(indices, type.strides).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
