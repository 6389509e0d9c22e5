import DLGraph

// Checks that the type rules of gathering and scattering share.

extension Operation {
  func requireIndices(_ type: TensorType) throws(TypeError) {
    if !type.holdsIndices { throw TypeError("\(name) takes indices of type i64 or i32, not \(type)") }
  }

  func requireFunction(_ function: ScatterFunction, on type: TensorType) throws(TypeError) {
    if !function.accepts(type.elementType) {
      throw TypeError("\(name) can't combine elements of \(type) by \(function.rawValue)")
    }
  }

  /// Checks that indices into single elements of `type` have its rank and fit beside `axis`.
  func requireElementIndices(_ indices: TensorType, into type: TensorType, axis: Int) throws(TypeError) {
    if indices.rank != type.rank {
      throw TypeError(
        "\(name) takes indices of the rank of \(type), \(type.rank), not \(indices) of rank \(indices.rank)"
      )
    }
    for other in type.shape.indices where other != axis {
      if !(type.shape[other] - indices.shape[other]).isProvably(atLeast: 0) {
        throw TypeError(
          "\(name) can't take indices \(indices) into \(type): axis \(other) is \(indices.shape[other]), "
            + "which may exceed \(type.shape[other])")
      }
    }
  }
}
