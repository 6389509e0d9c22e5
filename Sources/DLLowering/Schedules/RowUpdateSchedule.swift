import DLGraph
import DLLoops
import DLOperations

/// A product of few rows with a large matrix that lies row by row: each row of the matrix, times its factor, is added to
/// sums that stay in the cache.
///
/// The matrix is read once, in long runs; tiles of a few columns would read a little of every row.
struct RowUpdateSchedule {
  let body: Graph
  let symbols: [Symbol]
  let anchor: Node
  let operation: any ReducingOperation
  /// The shape of the result: `[M, N]` or `[batch, M, N]`.
  let shape: [IntegerExpression]
  private let rowCount: Int

  /// The number of columns that are summed together.
  private static let chunk = 512
  /// The fewest columns for which this is better than tiles.
  private static let fewestColumns = 256
  /// The number of rows of the matrix that are added at once.
  private static let unrolled = 4
  /// The number of multiplications worth handing to another thread.
  private static let grain = 32768

  /// The schedule for a group, where it is of this kind.
  ///
  /// - Parameter constants: the inputs of the body whose elements are known now: tiles read them packed.
  init?(_ body: Graph, constants: Set<Int>, symbols: [Symbol]) {
    guard let (anchor, contract) = body.onlyProduct else { return nil }
    self.anchor = anchor
    operation = contract
    shape = body.type(of: anchor.results[0]).shape
    self.body = body
    self.symbols = symbols
    let indices = body.type(of: anchor.operands[1]).shape.enumerated().map {
      Symbol("i\($0)", lower: 0, upper: $1 - 1)
    }
    guard Contract.hasFewRows(shape[shape.count - 2]), let rowCount = shape[shape.count - 2].constantValue,
      (shape[shape.count - 1] - IntegerExpression(Self.fewestColumns)).isProvably(atLeast: 0),
      body.isAligned(after: anchor.results[0]),
      let (input, position) = body.location(
        of: anchor.operands[1], at: indices.map { IntegerExpression($0) }),
      !constants.contains(input), position.linearCoefficient(of: indices[indices.count - 1]) == 1
    else { return nil }
    self.rowCount = rowCount
  }

  func kernel() -> Kernel {
    let draft = KernelDraft(body, symbols: symbols)
    let builder = draft.builder
    let types = anchor.operands.map { body.type(of: $0) }
    let type = operation.accumulatorType(types)
    let terms = operation.reducedExtents(types)[0]
    let columns = shape[shape.count - 1]
    let chunk = IntegerExpression(Self.chunk)
    let chunks = (columns + (chunk - 1)).floorDivided(by: chunk)
    let batch = Array(shape.dropLast(2))
    let work = max(1, (terms.upperBound ?? 64) * Self.chunk)
    builder.grid(batch.product * chunks, grain: max(1, Self.grain / work)) { iteration in
      let outer = IndexSpace.delinearized(iteration.floorDivided(by: chunks), batch)
      let start = iteration.modulo(chunks) * chunk
      let sums = builder.addBuffer("sums", type, .local(count: rowCount * Self.chunk))
      func visit(_ body: (_ indices: [IntegerExpression], _ slot: IntegerExpression) -> Void) {
        for row in 0..<rowCount {
          builder.loop(.min(chunk, columns - start), .vector) { column in
            body(
              outer + [IntegerExpression(row), start + column], IntegerExpression(row * Self.chunk) + column)
          }
        }
      }
      func add(_ steps: [IntegerExpression]) {
        visit { indices, slot in
          var sum = builder.load(sums, at: slot)
          for step in steps {
            let term = operation.emitTerm(
              at: indices, reduced: [step], mask: nil, draft.emitter.reader(for: anchor))
            guard case .product(let a, let b) = term else { continue }
            sum = builder.multiplyAdd(a, b, sum)
          }
          builder.store(sum, sums, at: slot)
        }
      }
      visit { builder.store(builder.constant(0, type), sums, at: $1) }
      let unrolled = IntegerExpression(Self.unrolled)
      let whole = terms.floorDivided(by: unrolled)
      builder.loop(whole) { block in
        add((0..<Self.unrolled).map { block * unrolled + IntegerExpression($0) })
      }
      builder.loop(terms - whole * unrolled) { add([whole * unrolled + $0]) }
      visit { indices, slot in
        let result = anchor.results[0]
        let sum = builder.convert(builder.load(sums, at: slot), to: body.type(of: result).elementType)
        draft.finish(result, with: sum, at: indices, of: shape)
      }
    }
    return builder.finish()
  }
}
