import DLGraph
import DLLoops
import DLOperations

/// One loop over the elements of the outputs, each computed from the inputs alone.
///
/// The schedule for element-wise groups, and the one that any group can fall back on.
struct ElementSchedule {
  let body: Graph
  let target: TargetDescription
  let symbols: [Symbol]

  /// The number of elements of one iteration of the grid, where there are as many.
  private static let chunk = 1024
  /// The number of elements worth handing to another thread.
  private static let grain = 16384

  func kernel() -> Kernel {
    let rank = max(body.placedOutputs[0].shape.count, 1)
    return Kernel.withFewestIrregularAccesses(collapsing: rank) { kernel(collapsing: $0) }
  }

  private func kernel(collapsing collapsed: Int) -> Kernel {
    let draft = KernelDraft(body, symbols: symbols)
    let builder = draft.builder
    let stored = body.placedOutputs
    let shape = stored[0].shape
    let outer = Array(shape.dropLast(collapsed))
    let inner = Array(shape.suffix(collapsed))
    let width = inner.product
    let sumsInPlace = body.nodes.contains { $0.reducing != nil }
    let chunk = sumsInPlace ? 2 * target.lanes(of: .f32) : Self.chunk
    let chunks = (width + IntegerExpression(chunk - 1)).floorDivided(by: IntegerExpression(chunk))

    func store(_ prefix: [IntegerExpression], _ position: IntegerExpression) {
      let indices = prefix + IndexSpace.delinearized(position, inner)
      for (output, tensor) in zip(stored, draft.outputs) {
        let target = IndexSpace.reshaped(indices, from: shape, to: output.shape)
        let value = draft.emitter.element(output.value, at: target)
        builder.store(value, tensor.buffer, at: tensor.offset(of: output.indices(of: target)))
      }
    }

    let elements = min(chunk, width.constantValue ?? chunk)
    builder.grid(outer.product * chunks, grain: max(1, Self.grain / max(elements, 1))) { iteration in
      let prefix = IndexSpace.delinearized(iteration.floorDivided(by: chunks), outer)
      let start = iteration.modulo(chunks) * IntegerExpression(chunk)
      if sumsInPlace {
        draft.emitter.constantChunk(start, chunk, of: width) { start, lanes in
          draft.emitter.vectorLoop(lanes) { store(prefix, start + $0) }
        }
      } else {
        builder.loop(.min(IntegerExpression(chunk), width - start), .vector) { store(prefix, start + $0) }
      }
    }
    return builder.finish()
  }
}

extension BodyEmitter {
  /// Emits `body` for the part of `0..<width` that begins at `start`, with constant lengths: `chunk`, or what is left.
  ///
  /// Where the width is open, what is left is cut into pieces of half the length, a quarter and so on.
  func constantChunk(
    _ start: IntegerExpression, _ chunk: Int, of width: IntegerExpression,
    _ body: (_ start: IntegerExpression, _ length: Int) -> Void
  ) {
    let length = IntegerExpression(chunk)
    if (width - start - length).isProvably(atLeast: 0) { return body(start, chunk) }
    if let width = width.constantValue, width < chunk { return body(start, width) }
    if let width = width.constantValue, width % chunk == 0 { return body(start, chunk) }
    let isWhole = builder.compare(.lessOrEqual, builder.index(start + length), builder.index(width))
    builder.conditional(isWhole) {
      body(start, chunk)
    } else: {
      if let width = width.constantValue {
        body(start, width % chunk)
      } else {
        var (start, rest) = (start, width - start)
        var piece = chunk
        while piece > 1 {
          piece = (piece + 1) / 2
          let length = IntegerExpression(piece)
          // Fewer than two are left.
          builder.loop(rest.floorDivided(by: length)) { body(start + $0 * length, piece) }
          start += rest.floorDivided(by: length) * length
          rest = rest.modulo(length)
        }
      }
    }
  }
}

extension Node {
  /// The operation where it combines many terms for each element.
  var reducing: (any ReducingOperation)? {
    guard let primitive = operation as? any Primitive, case .reducing(let reducing) = primitive.lowering
    else {
      return nil
    }
    return reducing
  }

  /// The operation where each element of its result is a function of a few others.
  var mapped: (any MappedOperation)? {
    guard let primitive = operation as? any Primitive, case .mapped(let mapped) = primitive.lowering else {
      return nil
    }
    return mapped
  }
}

extension Graph {
  /// The node that combines many terms for each element, where there is exactly one.
  var onlyReduction: Node? {
    let reductions = nodes.filter { $0.reducing != nil }
    return reductions.count == 1 ? reductions[0] : nil
  }

  /// That node, where it is a matrix product, of batches maybe, whose axes lie in the usual order.
  var onlyProduct: (anchor: Node, operation: Contract)? {
    guard let anchor = onlyReduction, let contract = anchor.operation as? Contract,
      contract.isNormal(type(of: anchor.operands[0]).rank)
    else { return nil }
    return (anchor, contract)
  }
}
