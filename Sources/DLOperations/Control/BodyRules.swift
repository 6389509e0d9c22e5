import DLGraph

// Checks of the bodies of control operations.

extension Graph {
  var inputTypes: [TensorType] { inputs.map { type(of: $0.value) } }
  var outputTypes: [TensorType] { outputs.map { type(of: $0.value) } }
}

extension Operation {
  /// Checks that a body takes exactly values of the given types.
  ///
  /// - Parameter role: what the body is to the operation, for messages.
  func requireInputs(of body: Graph, _ role: String, _ types: [TensorType]) throws(TypeError) {
    let inputs = body.inputTypes
    if inputs.count != types.count {
      throw TypeError("the \(role) of \(name) takes \(inputs.count) values but is given \(types.count)")
    }
    for (index, (input, type)) in zip(inputs, types).enumerated() where input != type {
      throw TypeError(
        "the \(role) of \(name) takes \(body.inputs[index].name): \(input) but is given \(type)")
    }
  }

  /// Checks that the first outputs of a body can be carried into its next run.
  func requireCarries(_ count: Int, from body: Graph, _ types: [TensorType]) throws(TypeError) {
    let outputs = body.outputTypes
    if outputs.count < count {
      throw TypeError("the body of \(name) gives \(outputs.count) values but has to carry \(count)")
    }
    for index in 0..<count where outputs[index] != types[index] {
      throw TypeError(
        "\(name) carries \(body.inputs[index].name): \(types[index]) but its body gives \(outputs[index])",
        notes: ["a carried value keeps its element type and shape from one run to the next"])
    }
  }
}
