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
        body: body, emitter: draft.emitter, columns: columns, row: IndexSpace.delinearized(row, rows),
        collapsed: collapsed)
      for node in body.nodes where node.reducing != nil { pass.reduce(node) }
      store(pass, to: draft.outputs, at: row, in: draft.builder)
    }
    return draft.builder.finish()
  }

  /// Writes the outputs' part of the row: one element of those that have one for each row, else the whole row.
  private func store(
    _ pass: RowPass, to tensors: [TensorBuffer], at position: IntegerExpression, in builder: KernelBuilder
  ) {
    let outputs = Array(zip(body.outputs.map(\.value), tensors))
    let shape = rows + columns
    for (value, tensor) in outputs where tensor.type.count != shape.product {
      let indices = IndexSpace.delinearized(position, tensor.type.shape)
      builder.store(pass.emitter.element(value, at: indices), tensor.buffer, at: position)
    }
    guard outputs.contains(where: { $0.1.type.count == shape.product }) else { return }
    pass.visitColumns { indices, _ in
      for (value, tensor) in outputs where tensor.type.count == shape.product {
        let target = IndexSpace.reshaped(pass.row + indices, from: shape, to: tensor.type.shape)
        builder.store(
          pass.emitter.element(value, at: target), tensor.buffer, at: tensor.offset(of: target))
      }
    }
  }
}
