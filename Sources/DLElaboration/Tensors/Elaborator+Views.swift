import DLGraph
import DLOperations
import DLSyntax

extension Elaborator {
  /// Makes sure that no extent is negative, whatever the open dimensions are.
  func requireExtents(_ extents: [Dimension], at range: SourceRange) throws {
    for extent in extents where !extent.isProvably(atLeast: 0) {
      let isNegative = (-1 - extent).isProvably(atLeast: 0)
      throw failure(isNegative ? .negativeDimension(extent, at: range) : .mayBeNegative(extent, at: range))
    }
  }

  /// The tensor under another shape of as many elements.
  func reshape(_ tensor: Tensor, _ shape: [Dimension]) throws -> Tensor {
    tensor.shape == shape ? tensor : try emit(Reshape(shape: shape), tensor)
  }

  /// The tensor with its axes in another order.
  func transpose(_ tensor: Tensor, _ permutation: [Int]) throws -> Tensor {
    permutation == Array(0..<tensor.rank) ? tensor : try emit(Transpose(permutation: permutation), tensor)
  }

  /// The tensor with an axis moved to another place.
  func moving(_ tensor: Tensor, from source: Int, to destination: Int) throws -> Tensor {
    var permutation = Array(0..<tensor.rank)
    permutation.remove(at: source)
    permutation.insert(source, at: destination)
    return try transpose(tensor, permutation)
  }

  /// A part of one axis, from `start` on.
  func slice(_ tensor: Tensor, axis: Int, start: Dimension, extent: Dimension) throws -> Tensor {
    if start == 0, extent == tensor.shape[axis] { return tensor }
    var starts = [Dimension](repeating: 0, count: tensor.rank)
    var extents = tensor.shape
    starts[axis] = start
    extents[axis] = extent
    return try emit(
      Slice(starts: starts, extents: extents, steps: Array(repeating: 1, count: tensor.rank)), tensor)
  }

  /// Tensors of one shape along a new axis.
  func stack(_ tensors: [Tensor], axis: Int) throws -> Tensor {
    try concatenate(
      tensors.map { tensor in
        var shape = tensor.shape
        shape.insert(1, at: axis)
        return try reshape(tensor, shape)
      }, axis: axis)
  }

  /// Tensors one after the other along an axis.
  func concatenate(_ tensors: [Tensor], axis: Int) throws -> Tensor {
    if tensors.count == 1 { return tensors[0] }
    let results = try emit(Concatenate(axis: axis), tensors)
    guard let result = results.first else { throw Failure() }
    return result
  }
}
