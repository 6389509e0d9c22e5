import DLGraph
import DLLoops
import DLOperations

/// One iteration for each row: every reduction over the row in turn, then the elements of the row.
///
/// Softmax and the normalizations are groups of this kind. A row is the part of a tensor over which the reductions run:
/// its last axes.
struct RowSchedule {
  let body: Graph
  let symbols: [Symbol]
  /// The shape of the space of rows.
  let rows: [IntegerExpression]
  /// The shape of one row.
  let columns: [IntegerExpression]

  /// The longest row that is kept between two passes over it, in elements.
  private static let keptElements = 8192
  /// The number of elements worth handing to another thread.
  private static let grain = 16384

  /// The schedule for a group, where it is of this kind.
  init?(_ body: Graph, symbols: [Symbol]) {
    var found: (rows: [IntegerExpression], columns: [IntegerExpression])?
    for node in body.nodes where node.reducing != nil {
      guard let reduce = node.operation as? Reduce,
        let space = reduce.rowsAndColumns(of: body.type(of: node.operands[0]).shape)
      else { return nil }
      if let found, found != space { return nil }
      found = space
    }
    guard let found else { return nil }
    self.body = body
    self.symbols = symbols
    rows = found.rows
    columns = found.columns
    for output in body.outputs {
      let count = body.type(of: output.value).count
      guard count == rows.product || count == (rows + columns).product else { return nil }
    }
  }

  func kernel() -> Kernel {
    Kernel.withFewestIrregularAccesses(collapsing: columns.count) { kernel(collapsing: $0) }
  }

  private func kernel(collapsing collapsed: Int) -> Kernel {
    let draft = KernelDraft(body, symbols: symbols)
    let width = columns.product.upperBound ?? Self.grain
    draft.builder.grid(rows.product, grain: max(1, Self.grain / max(width, 1))) { row in
      let pass = RowPass(
        schedule: self, draft: draft, row: IndexSpace.delinearized(row, rows), collapsed: collapsed)
      for node in body.nodes where node.reducing != nil { pass.reduce(node) }
      pass.store(at: row)
    }
    return draft.builder.finish()
  }

  /// Whether a value is worth keeping for a later pass over the row.
  fileprivate func isKept(_ value: ValueID, _ uses: [Int]) -> Bool {
    guard uses[value.index] > 1, let node = body.definingNode(of: value), let mapped = node.mapped else {
      return false
    }
    guard !mapped.isCheap, body.type(of: value).shape == rows + columns else { return false }
    guard let count = columns.product.upperBound else { return false }
    return count <= Self.keptElements
  }
}

/// The statements for one row.
private struct RowPass {
  let schedule: RowSchedule
  let draft: KernelDraft
  let row: [IntegerExpression]
  let collapsed: Int

  private var builder: KernelBuilder { draft.builder }
  private var emitter: BodyEmitter { draft.emitter }
  private var body: Graph { schedule.body }

  /// Visits the positions of the row in vectors: `body` gets the indices of an element and its position in the row.
  private func columns(_ body: ([IntegerExpression], IntegerExpression) -> Void) {
    let outer = Array(schedule.columns.dropLast(collapsed))
    let inner = Array(schedule.columns.suffix(collapsed))
    emitter.nest(outer) { prefix in
      let start = IndexSpace.linearized(prefix, outer) * inner.product
      builder.loop(inner.product, .vector) { position in
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
    let kept = schedule.isKept(operand, body.useCounts()) ? keep(operand) : nil
    columns { indices, position in
      let value = emitter.element(operand, at: row + indices)
      if let kept { builder.store(value, kept, at: position) }
      builder.accumulate(operation.function, builder.convert(value, to: type), sum, at: 0)
    }
    if let kept {
      emitter.provide(operand) { [schedule, builder, row] indices, _ in
        guard Array(indices.prefix(row.count)) == row else { return nil }
        let position = IndexSpace.linearized(Array(indices.dropFirst(row.count)), schedule.columns)
        return builder.load(kept, at: position)
      }
    }
    let total = builder.convert(
      builder.load(sum, at: 0), to: body.type(of: node.results[0]).elementType)
    emitter.provide(node.results[0]) { [row] indices, _ in indices == row ? total : nil }
  }

  private func keep(_ value: ValueID) -> BufferID {
    let count = schedule.columns.product.upperBound ?? 0
    return builder.addBuffer("row", body.type(of: value).elementType, .local(count: max(count, 1)))
  }

  /// Writes the outputs' part of the row: one element of those that have one for each row, else the whole row.
  func store(at position: IntegerExpression) {
    let outputs = Array(zip(body.outputs.map(\.value), draft.outputs))
    let shape = schedule.rows + schedule.columns
    for (value, tensor) in outputs where tensor.type.count != shape.product {
      let indices = IndexSpace.delinearized(position, tensor.type.shape)
      builder.store(emitter.element(value, at: indices), tensor.buffer, at: position)
    }
    guard outputs.contains(where: { $0.1.type.count == shape.product }) else { return }
    columns { indices, _ in
      for (value, tensor) in outputs where tensor.type.count == shape.product {
        let target = IndexSpace.reshaped(row + indices, from: shape, to: tensor.type.shape)
        builder.store(
          emitter.element(value, at: target), tensor.buffer, at: tensor.offset(of: target))
      }
    }
  }
}
