import DLGraph
import DLOperations

extension Graph {
  /// Where an element of a value lies in memory, where the value is an input seen through views: the input and the
  /// position in it; else nil.
  func location(
    of value: ValueID, at indices: [IntegerExpression]
  ) -> (input: Int, position: IntegerExpression)? {
    let place = seen(value, at: indices)
    guard case .input(let input) = self[place.value].definition else { return nil }
    return (input, TensorType.position(of: place.indices, in: type(of: place.value)))
  }

  /// What stands behind the views of a value, and where an element of the value lies in it.
  func seen(
    _ value: ValueID, at indices: [IntegerExpression]
  ) -> (value: ValueID, indices: [IntegerExpression]) {
    guard let node = definingNode(of: value), let operand = node.operands.first else {
      return (value, indices)
    }
    switch node.operation {
    case let reshape as Reshape:
      let place = Reshape.position(at: indices, of: reshape.shape, in: type(of: operand).shape)
      return seen(operand, at: place)
    case let transpose as Transpose:
      var place = indices
      for (index, axis) in zip(indices, transpose.permutation) { place[axis] = index }
      return seen(operand, at: place)
    case let slice as Slice:
      let place = indices.indices.map {
        slice.starts[$0] + indices[$0] * IntegerExpression(slice.steps[$0])
      }
      return seen(operand, at: place)
    case let broadcast as Broadcast:
      let shape = type(of: operand).shape
      let place = shape.indices.map { shape[$0] == 1 ? 0 : indices[broadcast.axes[$0]] }
      return seen(operand, at: place)
    default: return (value, indices)
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
