import DLGraph

/// The entry point that is being elaborated: its graph, and the tensors of the model that it touched so far.
final class EntryPoint {
  let root: GraphBuilder
  /// The parameters and buffers by path: each is one node, however often it is used.
  var parameters: [String: Tensor] = [:]
  /// The states by path.
  var states: [String: StateSlot] = [:]
  /// The paths of the states in the order of their first use.
  var stateOrder: [String] = []

  init(_ root: GraphBuilder) { self.root = root }
}

/// A state within an entry point.
final class StateSlot {
  let type: TensorType
  /// The value before the call.
  let input: Tensor
  /// The present value.
  var value: Tensor
  /// Whether it was assigned.
  var isAssigned = false

  init(_ input: Tensor) {
    type = input.type
    self.input = input
    value = input
  }
}
