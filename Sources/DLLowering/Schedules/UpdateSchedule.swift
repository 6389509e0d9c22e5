import DLGraph
import DLLoops
import DLOperations

/// The block of a dynamic update alone, written into a tensor that is there already.
///
/// The kernel takes `operands` and then the tensor.
struct UpdateSchedule {
  /// The input of the body that is the tensor; nothing but the update reads it.
  let tensor: Int
  /// The inputs that the kernel reads.
  let operands: [Int]
  /// The update.
  private let node: Node
  private let body: Graph
  private let symbols: [Symbol]

  /// The number of elements worth handing to another thread.
  private static let grain = 16384

  /// Nil where the body computes anything but one update of one of its inputs.
  init?(_ body: Graph, symbols: [Symbol]) {
    guard body.outputs.count == 1, let node = body.definingNode(of: body.outputs[0].value),
      node.operation is DynamicUpdateSlice,
      let tensor = body.inputs.firstIndex(where: { $0.value == node.operands[0] }),
      body.useCounts()[node.operands[0].index] == 1
    else { return nil }
    self.node = node
    self.body = body
    self.tensor = tensor
    self.symbols = symbols
    operands = body.inputs.indices.filter { $0 != tensor }
  }

  /// The bytes that are read and written: the operands, and the block of the tensor.
  var trafficByteCount: IntegerExpression {
    let read = operands.map { body.type(of: body.inputs[$0].value).byteCount }
    return read.reduce(body.type(of: node.operands[1]).byteCount, +)
  }

  func kernel() -> Kernel {
    let builder = KernelBuilder(name: "", symbols: symbols)
    let emitter = BodyEmitter(body, builder)
    for index in operands {
      let type = body.type(of: body.inputs[index].value)
      let buffer = builder.addBuffer("in\(index)", type.elementType, .input)
      emitter.provide(body.inputs[index].value, in: TensorBuffer(buffer, type))
    }
    let type = body.type(of: node.operands[0])
    let target = TensorBuffer(builder.addBuffer("out0", type.elementType, .output), type)
    let block = body.type(of: node.operands[1]).shape
    let rows = Array(block.dropLast())
    let width = block.last ?? 1
    let grain = max(1, Self.grain / max(width.constantValue ?? Self.grain, 1))
    builder.grid(rows.product, grain: grain) { row in
      let prefix = IndexSpace.delinearized(row, rows)
      let starts = emitter.reader(for: node).blockStarts(block, of: type.shape, startsOperand: 2)
      builder.loop(width, .vector) { column in
        let indices = block.isEmpty ? [] : prefix + [column]
        let value = emitter.element(node.operands[1], at: indices)
        builder.store(value, target.buffer, at: target.offset(of: zip(starts, indices).map { $0 + $1 }))
      }
    }
    return builder.finish()
  }
}
