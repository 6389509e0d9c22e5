import DLGraph

/// The operand at an offset in a larger tensor that is there already: what lies around it is left as it is.
///
/// Only lowering makes it, at the outputs of a body. Schedules store its operand where it belongs; none computes it
/// element by element.
struct Placed: Operation {
  /// The number of elements before the operand along each axis.
  var low: [Dimension]
  /// The shape of the larger tensor.
  var shape: [Dimension]

  var name: String { "placed" }

  var attributes: AttributeList { ["low": .dimensions(low), "shape": .dimensions(shape)] }

  func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    guard operands.count == 1, operands[0].rank == shape.count, low.count == shape.count else {
      throw TypeError("can't place \(operands) at \(low) in a tensor of shape \(shape)")
    }
    return [TensorType(operands[0].elementType, shape)]
  }
}
