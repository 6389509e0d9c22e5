import DLGraph
import DLLoops
import DLOperations

/// A kernel about to be filled: its arguments are declared, its body is empty.
struct KernelDraft {
  let builder: KernelBuilder
  let emitter: BodyEmitter
  /// The results, in order.
  let outputs: [TensorBuffer]
  /// What is stored for each of them.
  private let stored: [StoredOutput]
  /// The operands, in order, as they lie in memory.
  let inputs: [TensorBuffer]

  /// - Parameters:
  ///   - body: what the kernel computes.
  ///   - symbols: the open dimensions that the caller passes.
  ///   - packings: for operands that the kernel reads in another order, that order.
  init(_ body: Graph, symbols: [Symbol], packings: [Int: OperandPacking] = [:]) {
    let builder = KernelBuilder(name: "", symbols: symbols)
    let emitter = BodyEmitter(body, builder)
    inputs = body.inputs.enumerated().map { index, input in
      let type = body.type(of: input.value)
      let packing = packings[index]
      let buffer = builder.addBuffer("in\(index)", packing?.elementType ?? type.elementType, .input)
      switch packing {
      case nil: emitter.provide(input.value, in: TensorBuffer(buffer, type))
      case .blocks(let blocking):
        emitter.provide(input.value) { indices, _ in
          builder.load(buffer, at: blocking.offset(of: indices, in: type.shape))
        }
      case .words, .winograd: break
      }
      return TensorBuffer(buffer, type)
    }
    outputs = body.outputs.enumerated().map { index, output in
      let type = body.type(of: output.value)
      return TensorBuffer(builder.addBuffer("out\(index)", type.elementType, .output), type)
    }
    stored = body.storedOutputs
    self.builder = builder
    self.emitter = emitter
  }

  /// Computes from an element of a value what follows from it for each output, and stores that. The group was checked to
  /// use the value only at its own position (`Graph.isAligned(after:)`).
  ///
  /// - Parameters:
  ///   - indices: where the element stands in a tensor of `shape`.
  ///   - mask: whether there is such an element; nil where there is.
  func finish(
    _ value: ValueID, with element: Local, at indices: [IntegerExpression], of shape: [IntegerExpression],
    mask: Local? = nil
  ) {
    emitter.provide(value) { _, _ in element }
    for (output, tensor) in zip(stored, outputs) {
      let place = IndexSpace.reshaped(indices, from: shape, to: output.shape)
      let result = emitter.element(output.value, at: place, mask: mask)
      builder.store(result, tensor.buffer, at: tensor.offset(of: output.indices(of: place)), mask: mask)
    }
    emitter.withdraw(value)
  }
}
