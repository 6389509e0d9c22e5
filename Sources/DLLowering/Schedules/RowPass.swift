import DLGraph
import DLLoops
import DLOperations

/// The passes over one row: each reduction in turn, of which the values that are needed again are kept.
struct RowPass {
  let body: Graph
  let emitter: BodyEmitter
  /// The shape of the row.
  let columns: [IntegerExpression]
  /// The indices of the row in the space of rows.
  let row: [IntegerExpression]
  /// How many of the last axes are walked as one.
  let collapsed: Int
  /// How much of them is walked; all of it where nil.
  var seen: IntegerExpression?

  /// The longest row that is kept between two passes over it, in elements.
  private static let keptElements = 8192

  private var builder: KernelBuilder { emitter.builder }

  /// Visits the positions of the row in vectors: `body` gets the indices of an element and its position in the row.
  func visitColumns(_ body: ([IntegerExpression], IntegerExpression) -> Void) {
    let outer = Array(columns.dropLast(collapsed))
    let inner = Array(columns.suffix(collapsed))
    emitter.nest(outer) { prefix in
      let start = IndexSpace.linearized(prefix, outer) * inner.product
      builder.loop(seen ?? inner.product, .vector) { position in
        body(prefix + IndexSpace.delinearized(position, inner), start + position)
      }
    }
  }

  /// Runs one reduction over the row, and keeps its operand where a later pass needs it.
  func reduce(_ node: Node) {
    guard let operation = node.operation as? Reduce else { return }
    let operand = node.operands[0]
    let type = operation.accumulatorType([body.type(of: operand)])
    let sum = builder.addBuffer("sum", type, .local(count: 1))
    builder.store(builder.identity(of: operation.function, type), sum, at: 0)
    let kept = isKept(operand) ? keep(operand) : nil
    visitColumns { indices, position in
      let value = emitter.element(operand, at: row + indices)
      if let kept { builder.store(value, kept, at: position) }
      builder.accumulate(operation.function, builder.convert(value, to: type), sum, at: 0)
    }
    if let kept {
      emitter.provide(operand) { [builder, row, columns] indices, _ in
        guard Array(indices.prefix(row.count)) == row else { return nil }
        let position = IndexSpace.linearized(Array(indices.dropFirst(row.count)), columns)
        return builder.load(kept, at: position)
      }
    }
    let total = builder.convert(builder.load(sum, at: 0), to: body.type(of: node.results[0]).elementType)
    emitter.provide(node.results[0]) { [row] indices, _ in indices == row ? total : nil }
  }

  /// Whether a value is worth keeping for a later pass over the row.
  private func isKept(_ value: ValueID) -> Bool {
    guard body.useCounts()[value.index] > 1, let node = body.definingNode(of: value), let mapped = node.mapped
    else { return false }
    let shape = body.type(of: value).shape
    guard !mapped.isCheap, shape.count == row.count + columns.count,
      shape.suffix(columns.count) == columns[...]
    else { return false }
    guard let count = columns.product.upperBound else { return false }
    return count <= Self.keptElements
  }

  private func keep(_ value: ValueID) -> BufferID {
    let count = columns.product.upperBound ?? 0
    return builder.addBuffer("row", body.type(of: value).elementType, .local(count: max(count, 1)))
  }
}
