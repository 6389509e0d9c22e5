import DLGraph
import DLLoops
import DLOperations

/// A kernel about to be filled: its arguments are declared, its body is empty.
struct KernelDraft {
  let builder: KernelBuilder
  let emitter: BodyEmitter
  /// The results, in order.
  let outputs: [TensorBuffer]
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
    self.builder = builder
    self.emitter = emitter
  }
}

/// An order of a constant tensor in memory: one axis is cut into blocks, and the position in the block is innermost.
///
/// A tensor `[A, B, C]` blocked along B by 8 lies as `[ceil(B / 8), A, C, 8]`, padded with zeros, or with A and C the other
/// way round.
struct AxisBlocking: Hashable {
  var axis: Int
  var block: Int
  /// The other axes, outermost first.
  var others: [Int]

  /// Where an element lies.
  func offset(of indices: [IntegerExpression], in shape: [IntegerExpression]) -> IntegerExpression {
    let block = IntegerExpression(block)
    var offset = indices[axis].floorDivided(by: block)
    for other in others { offset = offset * shape[other] + indices[other] }
    return offset * block + indices[axis].modulo(block)
  }

  /// A tensor in this order.
  func packed(_ literal: Literal) -> Literal {
    let shape = literal.shape
    let blocks = (shape[axis] + block - 1) / block
    let size = literal.elementType.byteCount
    let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
    let count = others.reduce(1) { $0 * shape[$1] }
    return Literal(literal.elementType, shape: [blocks, count, block]) { target in
      literal.withUnsafeBytes { source in
        var indices = [Int](repeating: 0, count: others.count)
        for position in 0..<count {
          let base = zip(indices, others).reduce(0) { $0 + $1.0 * strides[$1.1] }
          for x in 0..<shape[axis] {
            let from = (base + x * strides[axis]) * size
            let to = (((x / block) * count + position) * block + x % block) * size
            for byte in 0..<size { target[to + byte] = source[from + byte] }
          }
          for place in indices.indices.reversed() {
            indices[place] += 1
            if indices[place] < shape[others[place]] { break }
            indices[place] = 0
          }
        }
      }
    }
  }
}
