extension Value {
  /// The tensors in a structure of tuples and lists, from left to right; nil where something else lies in it.
  var tensors: [Tensor]? {
    switch self {
    case .tensor(let tensor): return [tensor]
    case .list(let elements), .tuple(let elements):
      var found: [Tensor] = []
      for element in elements {
        guard let tensors = element.tensors else { return nil }
        found += tensors
      }
      return found
    default: return nil
    }
  }

  /// The same structure with other tensors in it, taken from the front of `tensors`.
  ///
  /// - Requires: the structure holds nothing but tensors, and no more of them than are given.
  func replacingTensors(with tensors: inout ArraySlice<Tensor>) -> Value {
    switch self {
    case .tensor: return .tensor(tensors.removeFirst())
    case .list(let elements): return .list(elements.map { $0.replacingTensors(with: &tensors) })
    case .tuple(let elements): return .tuple(elements.map { $0.replacingTensors(with: &tensors) })
    default: return self
    }
  }
}
