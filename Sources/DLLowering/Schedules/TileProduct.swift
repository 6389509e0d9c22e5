import DLGraph
import DLLoops
import DLOperations

/// Emits the sum of a reduction for a tile of its result, in registers.
struct TileProduct {
  let emitter: BodyEmitter
  let operation: any ReducingOperation
  /// Reads the operands.
  let reader: OperandReader

  private var builder: KernelBuilder { emitter.builder }

  /// Emits the sums of a tile, and then what is done with each.
  ///
  /// - Parameters:
  ///   - place: the indices of the result of the element in a row and column of the tile.
  ///   - mask: whether there is an element at these indices; nil where there always is.
  ///   - finish: gets the row, the column and the sum.
  func emit(
    height: Int, width: Int, at place: (IntegerExpression, IntegerExpression) -> [IntegerExpression],
    mask: ([IntegerExpression]) -> Local?,
    finish: (_ row: IntegerExpression, _ column: IntegerExpression, _ sum: Local) -> Void
  ) {
    let type = operation.accumulatorType(reader.types)
    let sums = builder.addBuffer("tile", type, .local(count: height * width))
    visit(height, width) { row, column in
      let slot = row * IntegerExpression(width) + column
      builder.store(builder.identity(of: operation.function, type), sums, at: slot)
    }
    emitter.nest(operation.reducedExtents(reader.types)) { reduced in
      visit(height, width) { row, column in
        let indices = place(row, column)
        let mask = mask(indices)
        let term = operation.emitTerm(
          at: indices, reduced: reduced, mask: mask, reader.unmasking(mask, apartFrom: column))
        emitter.add(term, operation.function, to: sums, at: row * IntegerExpression(width) + column)
      }
    }
    visit(height, width) { row, column in
      finish(row, column, builder.load(sums, at: row * IntegerExpression(width) + column))
    }
  }

  /// Visits the elements of a tile, in vectors.
  private func visit(_ height: Int, _ width: Int, _ body: (IntegerExpression, IntegerExpression) -> Void) {
    func row(_ i: IntegerExpression) {
      emitter.vectorLoop(width, .unrolledVector) { body(i, $0) }
    }
    if height == 1 { row(0) } else { builder.loop(IntegerExpression(height), .unrolled) { row($0) } }
  }
}

extension OperandReader {
  /// The reader that ignores a mask where the element does not depend on the column it is for: there is always a column
  /// that needs the element, and a vector of equal ones is read faster without a mask.
  fileprivate func unmasking(_ mask: Local?, apartFrom column: IntegerExpression) -> OperandReader {
    guard let mask else { return self }
    let symbols = Set(column.symbols)
    return OperandReader(builder: builder, types: types) { operand, indices, narrowed in
      let depends = indices.contains { !symbols.isDisjoint(with: $0.symbols) }
      return self(operand, at: indices, mask: narrowed == mask && !depends ? nil : narrowed)
    }
  }
}
