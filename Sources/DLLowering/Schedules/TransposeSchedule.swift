import DLGraph
import DLLoops
import DLOperations

/// A copy in which another axis becomes the last one: by square blocks that are transposed in registers.
///
/// One of the two sides would otherwise be read or written element by element, each in a cache line of its own.
struct TransposeSchedule {
  let body: Graph
  let target: TargetDescription
  let symbols: [Symbol]
  /// The shape of the result.
  let shape: [IntegerExpression]
  let input: Int
  /// The axis of the result along which the source is contiguous.
  let sourceAxis: Int
  /// The symbols that stand for the indices of the result, and where the element that they name is in the source.
  private let indices: [Symbol]
  private let position: IntegerExpression
  /// The distance in the source between elements that are neighbours in the result.
  private let sourceStride: IntegerExpression
  /// Where the element is stored, and the distance there between neighbours along `sourceAxis`.
  private let targetPosition: IntegerExpression
  private let targetStride: IntegerExpression

  /// The number of elements worth handing to another thread.
  private static let grain = 16384

  /// The schedule for a group, where it is of this kind.
  init?(_ body: Graph, target: TargetDescription, symbols: [Symbol]) {
    guard body.outputs.count == 1, !body.nodes.isEmpty else { return nil }
    let stored = body.placedOutputs[0]
    shape = stored.shape
    indices = shape.enumerated().map { Symbol("o\($0)", lower: 0, upper: $1 - 1) }
    guard shape.count > 1, let last = indices.last,
      let (input, position) = body.location(of: stored.value, at: indices.map { IntegerExpression($0) }),
      let stride = position.linearCoefficient(of: last), stride != 1, stride != 0,
      let axis = indices.dropLast().lastIndex(where: { position.linearCoefficient(of: $0) == 1 }),
      [shape[axis], shape[shape.count - 1]].allSatisfy({ $0.constantValue.map { $0 > 2 } ?? true })
    else { return nil }
    let place = stored.indices(of: indices.map { IntegerExpression($0) })
    let strides = body.type(of: body.outputs[0].value).strides
    targetPosition = zip(place, strides).reduce(0) { $0 + $1.0 * $1.1 }
    guard targetPosition.linearCoefficient(of: last) == 1,
      let targetStride = targetPosition.linearCoefficient(of: indices[axis])
    else { return nil }
    self.targetStride = targetStride
    self.body = body
    self.target = target
    self.symbols = symbols
    self.input = input
    self.position = position
    sourceStride = stride
    sourceAxis = axis
  }

  func kernel() -> Kernel {
    let draft = KernelDraft(body, symbols: symbols)
    let (from, to) = (draft.inputs[input], draft.outputs[0])
    let length = min(target.lanes(of: from.type.elementType), 16)
    let rows = AxisTiling(shape[shape.count - 1], length: length, balances: false)
    let columns = AxisTiling(shape[sourceAxis], length: length, balances: false)
    let others = shape.indices.dropLast().filter { $0 != sourceAxis }
    let outer = others.map { shape[$0] }
    let blocks = outer + [columns.count, rows.count]
    draft.builder.grid(blocks.product, grain: max(1, Self.grain / (length * length))) { iteration in
      let place = IndexSpace.delinearized(iteration, blocks)
      columns.emit(place[others.count], in: draft.emitter) { column, columnCount in
        rows.emit(place[others.count + 1], in: draft.emitter) { row, rowCount in
          var element = [IntegerExpression](repeating: 0, count: shape.count)
          for (axis, index) in zip(others, place) { element[axis] = index }
          element[sourceAxis] = column
          element[shape.count - 1] = row
          let values = Dictionary(uniqueKeysWithValues: zip(indices, element))
          draft.builder.transpose(
            BlockTransposition(
              from: from.buffer, at: position.substituting(values), stride: sourceStride, to: to.buffer,
              at: targetPosition.substituting(values), stride: targetStride, rows: rowCount,
              columns: columnCount))
        }
      }
    }
    return draft.builder.finish()
  }
}
