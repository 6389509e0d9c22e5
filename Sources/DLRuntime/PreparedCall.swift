import CDLRuntime

/// A call of an entry with inputs of fixed shapes. To run it allocates nothing.
public final class PreparedCall {
  public let entry: Entry
  /// The shapes of inputs and outputs, in the order of the entry.
  public let inputShapes: [[Int]]
  public let outputShapes: [[Int]]

  private let session: Session
  private var symbols: [Int64]
  private var inputPointers: [UnsafeRawPointer?]
  private var outputPointers: [UnsafeMutableRawPointer?]
  private var statePointers: [UnsafeMutableRawPointer?]

  init(
    _ session: Session, _ entry: Entry, inputs: [Tensor], symbols demanded: [String: Int]
  ) throws(RuntimeError) {
    let model = session.model
    if model.descriptor.pointee.weights_size > 0, model.weights.start == nil {
      throw .wrongArgument("model '\(model.name)' was loaded without its weights: it can't be called")
    }
    let binding = try Binding(entry, inputs: inputs, symbols: demanded)
    self.session = session
    self.entry = entry
    symbols = binding.symbols
    inputShapes = binding.inputShapes
    outputShapes = binding.outputShapes
    inputPointers = Array(repeating: nil, count: inputShapes.count)
    outputPointers = Array(repeating: nil, count: outputShapes.count)
    statePointers = Array(repeating: nil, count: session.storedState.tensors.count)
    session.reserveWorkspace(byteCount: entry.workspaceByteCount)
  }

  /// Tensors that the call can write to.
  public func makeOutputs() -> [Tensor] {
    zip(entry.outputs, outputShapes).map { Tensor(zeros: $1, $0.elementType) }
  }

  /// Computes the outputs. An output whose memory is shared with another tensor gets new memory.
  public func run(_ inputs: [Tensor], into outputs: inout [Tensor]) throws(RuntimeError) {
    try check(inputs, entry.inputs, inputShapes, "input")
    try check(outputs, entry.outputs, outputShapes, "output")
    for index in inputs.indices { inputPointers[index] = UnsafeRawPointer(inputs[index].storage.pointer) }
    for index in outputs.indices {
      outputs[index].makeUniqueForOverwriting()
      outputPointers[index] = outputs[index].storage.pointer
    }
    for index in statePointers.indices {
      session.storedState.tensors[index].makeUnique()
      statePointers[index] = session.storedState.tensors[index].storage.pointer
    }
    call()
    extendLifetime(inputs)
  }

  private func call() {
    inputPointers.withUnsafeBufferPointer { inputs in
      outputPointers.withUnsafeBufferPointer { outputs in
        statePointers.withUnsafeBufferPointer { states in
          symbols.withUnsafeBufferPointer { symbols in
            var call = dlc_call(
              weights: session.model.weights.start, workspace: session.workspace.pointer,
              inputs: inputs.baseAddress, outputs: outputs.baseAddress, states: states.baseAddress,
              symbols: symbols.baseAddress, executor: session.pool.map { UnsafePointer($0.executor) })
            entry.descriptor.pointee.run(&call)
          }
        }
      }
    }
  }

  private func check(
    _ tensors: [Tensor], _ descriptions: [TensorDescription], _ shapes: [[Int]], _ kind: String
  ) throws(RuntimeError) {
    guard tensors.count == shapes.count else {
      throw .wrongArgument("'\(entry.name)' has \(shapes.count) \(kind)s, not \(tensors.count)")
    }
    for index in tensors.indices {
      let tensor = tensors[index]
      let elementType = descriptions[index].elementType
      guard tensor.elementType == elementType && tensor.shape == shapes[index] else {
        throw .wrongArgument(
          "\(kind) '\(descriptions[index].name)': expected \(elementType)\(shapes[index]), "
            + "found \(tensor.elementType)\(tensor.shape)")
      }
    }
  }
}
