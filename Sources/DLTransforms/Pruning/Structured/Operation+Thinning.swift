import DLGraph
import DLOperations

extension Operation {
  /// The operation on operands of which only some indices are left.
  ///
  /// - Parameters:
  ///   - operands: the types of the operands as they were.
  ///   - kept: the indices that are left of an axis; nil where its extent is open.
  func thinned(operands: [TensorType], kept: (NodeAxis) -> [Int]?) -> any Operation {
    func extents(_ shape: [Dimension]) -> [Dimension] {
      shape.enumerated().map { axis, extent in kept(.result(axis)).map { Dimension($0.count) } ?? extent }
    }
    func count(_ axis: NodeAxis, below limit: Dimension) -> Dimension {
      guard let limit = limit.constantValue, let indices = kept(axis) else { return limit }
      return Dimension(indices.count { $0 < limit })
    }
    switch self {
    case let constant as Constant:
      var literal = constant.literal
      for axis in literal.shape.indices {
        if let indices = kept(.result(axis)) { literal = literal.keeping(indices, along: axis) }
      }
      return Constant(literal, name: constant.parameterName)
    case let reshape as Reshape: return Reshape(shape: extents(reshape.shape))
    case let broadcast as Broadcast:
      return Broadcast(shape: extents(broadcast.shape), axes: broadcast.axes)
    case let slice as Slice:
      let starts = slice.starts.indices.map { axis in
        // With steps nothing of the axis goes.
        slice.steps[axis] == 1
          ? count(.operand(0, axis), below: slice.starts[axis]) : slice.starts[axis]
      }
      return Slice(starts: starts, extents: extents(slice.extents), steps: slice.steps)
    case let pad as Pad:
      let low = pad.low.indices.map { count(.result($0), below: pad.low[$0]) }
      let high = pad.high.indices.map { axis -> Dimension in
        guard let all = kept(.result(axis)), let inside = kept(.operand(0, axis)),
          let before = low[axis].constantValue
        else { return pad.high[axis] }
        return Dimension(all.count - inside.count - before)
      }
      return Pad(low: low, high: high)
    case let convolve as Convolve where convolve.groups > 1:
      guard let inputs = kept(.operand(0, 1)), let width = operands[1].shape[1].constantValue else {
        return self
      }
      var result = convolve
      result.groups = inputs.count / width
      return result
    default: return self
    }
  }
}

extension Literal {
  /// The part of the tensor at some indices of an axis.
  func keeping(_ indices: [Int], along axis: Int) -> Literal {
    if indices.count == shape[axis] { return self }
    var shape = shape
    shape[axis] = indices.count
    let inner = shape[(axis + 1)...].reduce(1, *) * elementType.byteCount
    let (outer, extent) = (shape[..<axis].reduce(1, *), self.shape[axis])
    return Literal(elementType, shape: shape) { target in
      guard inner > 0 else { return }
      withUnsafeBytes { source in
        var position = 0
        for block in 0..<outer {
          for index in indices {
            let start = (block * extent + index) * inner
            UnsafeMutableRawBufferPointer(rebasing: target[position..<position + inner])
              .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[start..<start + inner]))
            position += inner
          }
        }
      }
    }
  }
}
