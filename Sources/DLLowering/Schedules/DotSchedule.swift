import DLGraph
import DLLoops
import DLOperations

/// A product of few rows or columns, one sum after the other, with the terms of a sum in vectors.
///
/// For matrices by vectors, where the terms lie side by side in both operands: each element is read once, in order.
struct DotSchedule {
  let body: Graph
  let symbols: [Symbol]
  let anchor: Node
  let operation: any ReducingOperation
  /// The shape of the result: `[M, N]` or `[batch, M, N]`.
  let shape: [IntegerExpression]

  /// The number of multiplications worth handing to another thread.
  private static let grain = 32768

  /// The schedule for a group, where it is of this kind.
  init?(_ body: Graph, symbols: [Symbol]) {
    guard let (anchor, contract) = body.onlyProduct else { return nil }
    self.anchor = anchor
    operation = contract
    shape = body.type(of: anchor.results[0]).shape
    self.body = body
    self.symbols = symbols
    guard let columns = shape[shape.count - 1].constantValue,
      columns == 1 || Contract.hasFewRows(shape[shape.count - 2]), body.isAligned(after: anchor.results[0])
    else { return nil }
    // Along the sum, elements must lie side by side.
    let index = Symbol("k", lower: 0, upper: body.type(of: anchor.operands[0]).shape.last.map { $0 - 1 })
    let outer = shape.dropLast(2).map { Symbol("b", lower: 0, upper: $0 - 1) }.map { IntegerExpression($0) }
    let row = IntegerExpression(Symbol("m", lower: 0, upper: shape[shape.count - 2] - 1))
    let column = IntegerExpression(Symbol("n", lower: 0, upper: shape[shape.count - 1] - 1))
    let term = IntegerExpression(index)
    for (operand, place) in zip(anchor.operands, [outer + [row, term], outer + [term, column]]) {
      guard let (_, position) = body.location(of: operand, at: place),
        position.linearCoefficient(of: index) == 1
      else { return nil }
    }
  }

  func kernel() -> Kernel {
    let draft = KernelDraft(body, symbols: symbols)
    let builder = draft.builder
    let types = anchor.operands.map { body.type(of: $0) }
    let type = operation.accumulatorType(types)
    let terms = operation.reducedExtents(types)[0]
    let result = anchor.results[0]
    // The few rows innermost: what they are multiplied with stays near.
    let order = shape[shape.count - 1] == 1 ? [0, 1] : [1, 0]
    let extents = shape.dropLast(2) + order.map { shape[shape.count - 2 + $0] }
    let grain = max(1, Self.grain / max(1, terms.upperBound ?? 64))
    builder.grid(Array(extents).product, grain: grain) { iteration in
      var indices = IndexSpace.delinearized(iteration, Array(extents))
      if order[0] == 1 { indices.swapAt(indices.count - 1, indices.count - 2) }
      let sum = builder.addBuffer("sum", type, .local(count: 1))
      builder.store(builder.identity(of: .sum, type), sum, at: 0)
      builder.loop(terms, .vector) { k in
        let term = operation.emitTerm(
          at: indices, reduced: [k], mask: nil, draft.emitter.reader(for: anchor))
        guard case .product(let a, let b) = term else { return }
        builder.accumulate(.sum, builder.binary(.multiply, a, b), sum, at: 0)
      }
      let total = builder.convert(builder.load(sum, at: 0), to: body.type(of: result).elementType)
      draft.finish(result, with: total, at: indices, of: shape)
    }
    return builder.finish()
  }
}
