import DLGraph
import DLLoops

/// Finds the greatest or least elements along an axis, in order.
public struct TopK: Primitive {
  public var count: Int
  public var axis: Int
  /// Whether the greatest are sought; the least otherwise.
  public var largest: Bool

  public init(count: Int, axis: Int, largest: Bool = true) {
    self.count = count
    self.axis = axis
    self.largest = largest
  }

  public var name: String { "top_k" }

  public var attributes: AttributeList {
    ["count": .integer(count), "axis": .integer(axis), "largest": .boolean(largest)]
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(
      count: try attributes.integer("count"), axis: try attributes.integer("axis"),
      largest: try attributes.boolean("largest"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["top_k"], form: "top_k(x) {count, axis, largest}",
      summary: """
        The `count` greatest or least elements of `x` along `axis`, best first, and the index, an `i64`, of each. Of \
        equal elements the first ones are taken, in their order; NaN is greater than any number.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    try requireOperands(1, operands)
    let x = operands[0]
    try requireAxis(axis, of: x)
    if count < 0 { throw TypeError("top_k can't find \(count) elements") }
    if !x.shape[axis].isProvably(atLeast: count) {
      let least = x.shape[axis].lowerBound ?? 0
      throw TypeError(
        "top_k can't find \(count) elements along axis \(axis) of \(x), which may have only \(least)")
    }
    var shape = x.shape
    shape[axis] = Dimension(count)
    return [TensorType(x.elementType, shape), TensorType(.i64, shape)]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    operands[0].ordered(axis: axis, count: count, descending: largest)
  }

  public var lowering: Lowering { .whole(self) }
}

extension TopK: WholeOperation {
  /// Up to so many elements are kept in order while a row passes by; for more, the row is sorted.
  private static let greatestSelection = 64

  public func scratchTypes(_ operands: [TensorType]) -> [TensorType] {
    if count <= Self.greatestSelection { return [] }
    let pair = [operands[0], TensorType(.i64, operands[0].shape)]
    return pair + pair
  }

  public func emit(
    _ inputs: [TensorBuffer], _ outputs: [TensorBuffer], scratch: [TensorBuffer], in builder: KernelBuilder
  ) {
    if count <= Self.greatestSelection {
      emitSelection(inputs[0], outputs, in: builder)
    } else {
      emitSort(inputs[0], outputs, scratch, in: builder)
    }
  }

  private func emitSort(
    _ x: TensorBuffer, _ outputs: [TensorBuffer], _ scratch: [TensorBuffer], in builder: KernelBuilder
  ) {
    let sorting = RowSort(
      from: x, to: (scratch[0], scratch[1]), scratch: (scratch[2], scratch[3]), axis: axis,
      descending: largest, in: builder)
    let kept = AxisView(outputs[0].type, axis: axis)
    sorting.view.gridOfRows(in: builder) { outer, inner in
      sorting.emit(outer, inner)
      builder.loop(IntegerExpression(count)) { rank in
        for (sorted, output) in zip(scratch, outputs) {
          let value = builder.load(sorted.buffer, at: sorting.view.offset(outer, rank, inner))
          builder.store(value, output.buffer, at: kept.offset(outer, rank, inner))
        }
      }
    }
  }

  private func emitSelection(_ x: TensorBuffer, _ outputs: [TensorBuffer], in builder: KernelBuilder) {
    let view = AxisView(x.type, axis: axis)
    let kept = AxisView(outputs[0].type, axis: axis)
    let last = IntegerExpression(count - 1)
    if count == 0 { return }
    view.gridOfRows(in: builder) { outer, inner in
      let element = { (index: IntegerExpression) in
        builder.load(x.buffer, at: view.offset(outer, index, inner))
      }
      let selection = Selection(
        values: outputs[0].buffer, indices: outputs[1].buffer, descending: largest, builder: builder,
        offset: { kept.offset(outer, $0, inner) })
      builder.loop(IntegerExpression(count)) { index in
        selection.insert(element(index), index: index, size: index)
      }
      builder.loop(view.extent - IntegerExpression(count)) { step in
        let index = step + IntegerExpression(count)
        let value = element(index)
        let worst = builder.load(outputs[0].buffer, at: kept.offset(outer, last, inner))
        builder.conditional(builder.precedes(value, worst, descending: largest)) {
          // The worst gives way: what remains is one element less.
          selection.insert(value, index: index, size: last)
        }
      }
    }
  }
}

/// The best elements so far of one row, in order.
private struct Selection {
  let values, indices: BufferID
  let descending: Bool
  let builder: KernelBuilder
  let offset: (IntegerExpression) -> IntegerExpression

  /// Emits the insertion of an element behind those that it doesn't come strictly before.
  ///
  /// - Parameter size: the number of elements there are; room for one more lies behind them.
  func insert(_ value: Local, index: IntegerExpression, size: IntegerExpression) {
    builder.store(value, values, at: offset(size))
    builder.store(builder.index(index), indices, at: offset(size))
    builder.loop(size) { step in
      // From the back, the new element changes place with each that it comes before; the rest stay as they are.
      let (front, back) = (offset(size - 1 - step), offset(size - step))
      let other = builder.load(values, at: front)
      let moved = builder.load(values, at: back)
      builder.conditional(builder.precedes(moved, other, descending: descending)) {
        let (otherIndex, movedIndex) = (builder.load(indices, at: front), builder.load(indices, at: back))
        builder.store(moved, values, at: front)
        builder.store(other, values, at: back)
        builder.store(movedIndex, indices, at: front)
        builder.store(otherIndex, indices, at: back)
      }
    }
  }
}
