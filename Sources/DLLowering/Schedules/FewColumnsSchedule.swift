import DLGraph
import DLLoops
import DLOperations

/// A product with fewer columns than half a vector has lanes: the terms of a sum run in vectors, for some rows and all
/// columns at once.
///
/// The columns of the right operand have to lie side by side for this: they are packed so at compile time, or each
/// iteration copies them for a block of rows.
struct FewColumnsSchedule {
  let body: Graph
  let target: TargetDescription
  let symbols: [Symbol]
  let anchor: Node
  let operation: any ReducingOperation
  /// The shape of the result: `[M, N]` or `[batch, M, N]`.
  let shape: [IntegerExpression]
  /// The right operand, if it is packed at compile time.
  let packings: [Int: OperandPacking]
  private let columns: Int
  private let terms: Int
  /// Where the right operand is copied from: the input, the position of its first element there for indices of the batch,
  /// and the distance between terms. Nil where it is read where it lies.
  private let copied: (input: Int, position: IntegerExpression, batch: [Symbol], stride: Int)?

  /// The fewest terms for which it pays to add up the lanes in the end.
  private static let fewestTerms = 128
  /// The fewest rows for which it pays to copy the right operand.
  private static let fewestRows = 7
  /// The most memory of a copy: the stack of a thread may be small.
  private static let copiedByteCount = 128 << 10
  /// The number of multiplications worth handing to another thread.
  private static let grain = 131072

  /// The schedule for a group, where it is of this kind.
  ///
  /// - Parameter constants: the inputs of the body whose elements are known now.
  init?(_ body: Graph, constants: Set<Int>, target: TargetDescription, symbols: [Symbol]) {
    guard let (anchor, contract) = body.onlyProduct, contract.result == .f32 else { return nil }
    self.anchor = anchor
    operation = contract
    shape = body.type(of: anchor.results[0]).shape
    self.body = body
    self.target = target
    self.symbols = symbols
    let types = anchor.operands.map { body.type(of: $0) }
    guard let columns = shape[shape.count - 1].constantValue,
      (2...target.lanes(of: .f32) / 2).contains(columns),
      let terms = operation.reducedExtents(types)[0].constantValue, terms >= Self.fewestTerms,
      types.allSatisfy({ $0.elementType == .f32 }), body.isAligned(after: anchor.results[0]),
      body.storedOutputs.allSatisfy(\.regions.isEmpty)
    else { return nil }
    (self.columns, self.terms) = (columns, terms)

    let symbol = { (name: String, extent: IntegerExpression) in Symbol(name, lower: 0, upper: extent - 1) }
    let (term, column) = (symbol("k", types[1].shape[types[1].rank - 2]), symbol("n", shape[shape.count - 1]))
    let batch = shape.dropLast(2).map { symbol("b", $0) }
    let outer = batch.map { IntegerExpression($0) }
    let row = IntegerExpression(symbol("m", shape[shape.count - 2]))
    guard let (_, left) = body.location(of: anchor.operands[0], at: outer + [row, IntegerExpression(term)]),
      left.linearCoefficient(of: term) == 1
    else { return nil }
    if let input = body.constantInput(anchor.operands[1], constants), batch.isEmpty {
      packings = [input: .blocks(AxisBlocking(axis: 1, block: 1, others: [0]))]
      copied = nil
      return
    }
    packings = [:]
    guard
      let (input, right) = body.location(
        of: anchor.operands[1], at: outer + [IntegerExpression(term), IntegerExpression(column)])
    else { return nil }
    if right.linearCoefficient(of: term) == 1 {
      copied = nil
      return
    }
    guard let stride = right.linearCoefficient(of: term)?.constantValue,
      right.linearCoefficient(of: column) == 1, shape[shape.count - 2].typical >= Self.fewestRows,
      columns * (terms + target.lanes(of: .f32)) * 4 <= Self.copiedByteCount
    else { return nil }
    copied = (input, right.substituting([term: 0, column: 0]), batch, stride)
  }

  /// The rows whose sums stay in registers.
  private var height: Int { max(1, min(8, (target.vectorRegisterCount - 8) / columns)) }

  func kernel() -> Kernel {
    let draft = KernelDraft(body, symbols: symbols, packings: packings)
    let builder = draft.builder
    let batch = Array(shape.dropLast(2))
    let rows = AxisTiling(shape[shape.count - 2], length: height, balances: true)
    // Many rows for each copy, and some blocks for each thread.
    let least = copied == nil ? 32 : 128
    let tiles = max(least / height, shape[shape.count - 2].typical / (32 * height), 1)
    let blocks = AxisTiling(rows.count, length: tiles, balances: false).count
    let grain = max(1, Self.grain / (tiles * height * columns * terms))
    builder.grid(batch.product * blocks, grain: grain) { iteration in
      let place = IndexSpace.delinearized(iteration, [batch.product, blocks])
      let outer = IndexSpace.delinearized(place[0], batch)
      let copy = copied.map { _ in copyColumns(draft, outer) }
      let first = place[1] * IntegerExpression(tiles)
      builder.loop(.min(IntegerExpression(tiles), rows.count - first)) { tile in
        rows.emit(first + tile, in: draft.emitter) { row, height in
          emit(draft, outer, row: row, height: height, copy)
        }
      }
    }
    return builder.finish()
  }

  /// The distance between the columns of a copy.
  private var pitch: Int {
    let lanes = target.lanes(of: .f32)
    return (terms + lanes - 1) / lanes * lanes
  }

  /// Copies the right operand, column by column.
  private func copyColumns(_ draft: KernelDraft, _ outer: [IntegerExpression]) -> BufferID {
    let builder = draft.builder
    let buffer = builder.addBuffer("columns", .f32, .local(count: columns * pitch))
    guard let copied else { return buffer }
    let lanes = min(target.lanes(of: .f32), 16)
    let start = copied.position.substituting(
      Dictionary(uniqueKeysWithValues: zip(copied.batch, outer)))
    let chunk = IntegerExpression(lanes)
    builder.loop(IntegerExpression((terms + lanes - 1) / lanes)) { block in
      draft.emitter.constantChunk(block * chunk, lanes, of: IntegerExpression(terms)) { term, count in
        builder.transpose(
          BlockTransposition(
            from: draft.inputs[copied.input].buffer, at: start + term * IntegerExpression(copied.stride),
            stride: IntegerExpression(copied.stride), to: buffer, at: term, stride: IntegerExpression(pitch),
            rows: count, columns: columns))
      }
    }
    return buffer
  }

  /// Emits the sums of some rows, and what is done with them.
  private func emit(
    _ draft: KernelDraft, _ outer: [IntegerExpression], row: IntegerExpression, height: Int,
    _ copy: BufferID?
  ) {
    let builder = draft.builder
    let places = (0..<height).flatMap { i in
      (0..<columns).map { outer + [row + IntegerExpression(i), IntegerExpression($0)] }
    }
    let sums = places.map { _ in builder.addBuffer("sum", .f32, .local(count: 1)) }
    for sum in sums { builder.store(builder.constant(0, .f32), sum, at: 0) }
    let types = anchor.operands.map { body.type(of: $0) }
    let reader = OperandReader(builder: builder, types: types) { operand, indices, mask in
      if operand == 1, let copy {
        let (term, column) = (indices[indices.count - 2], indices[indices.count - 1])
        return builder.load(copy, at: column * IntegerExpression(pitch) + term)
      }
      return draft.emitter.element(anchor.operands[operand], at: indices, mask: mask)
    }
    builder.loop(IntegerExpression(terms), .vector) { term in
      for (place, sum) in zip(places, sums) {
        guard case .product(let a, let b) = operation.emitTerm(at: place, reduced: [term], mask: nil, reader)
        else { continue }
        builder.accumulate(.sum, builder.binary(.multiply, a, b), sum, at: 0)
      }
    }
    let result = anchor.results[0]
    for (place, sum) in zip(places, sums) {
      let total = builder.load(sum, at: 0)
      draft.finish(result, with: total, at: place, of: shape)
    }
  }
}
