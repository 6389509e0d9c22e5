/// What a model keeps between calls: hidden vectors, caches. A value: a copy is a snapshot, and costs memory only
/// when the session goes on.
public struct State: Equatable, Sendable {
  /// In the order of the model.
  var tensors: [Tensor]
  let names: [String]

  /// Zeros for each state of the model.
  public init(zerosFor model: Model) {
    names = model.states.map(\.name)
    tensors = model.states.map { Tensor(zeros: $0.dimensions.map(\.maximum), $0.elementType) }
  }

  /// The state with this name. A new value must have the type and shape of the old one.
  ///
  /// - Requires: the model has such a state.
  public subscript(name: String) -> Tensor {
    get { tensors[index(name)] }
    set {
      let index = index(name)
      let old = tensors[index]
      precondition(
        newValue.elementType == old.elementType && newValue.shape == old.shape,
        "state '\(name)' is \(old.elementType)\(old.shape), not \(newValue.elementType)\(newValue.shape)")
      tensors[index] = newValue
    }
  }

  private func index(_ name: String) -> Int {
    guard let index = names.firstIndex(of: name) else { preconditionFailure("there is no state '\(name)'") }
    return index
  }
}
