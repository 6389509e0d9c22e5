import DLGraph
import DLLoops

/// Emits a stable bottom-up merge sort of single rows: runs of 1, 2, 4, … elements are merged from the results into
/// scratch memory and back, so that a row of n elements takes about n log2 n steps and no stack.
struct RowSort {
  typealias Pair = (values: TensorBuffer, indices: TensorBuffer)

  let view: AxisView
  private let source: TensorBuffer
  private let target: Pair
  private let scratch: Pair
  private let descending: Bool
  private let builder: KernelBuilder
  /// The length of the sorted runs, and how far the two that are being merged are used up.
  private let runLength, leftFront, rightFront: BufferID

  init(
    from source: TensorBuffer, to target: Pair, scratch: Pair, axis: Int, descending: Bool,
    in builder: KernelBuilder
  ) {
    view = AxisView(source.type, axis: axis)
    self.source = source
    self.target = target
    self.scratch = scratch
    self.descending = descending
    self.builder = builder
    runLength = builder.addBuffer("run_length", .i64, .local(count: 1))
    leftFront = builder.addBuffer("left_front", .i64, .local(count: 1))
    rightFront = builder.addBuffer("right_front", .i64, .local(count: 1))
  }

  /// Emits the sorting of one row.
  func emit(_ outer: IntegerExpression, _ inner: IntegerExpression) {
    let position = { view.offset(outer, $0, inner) }
    builder.loop(view.extent) { index in
      let offset = position(index)
      builder.store(builder.load(source.buffer, at: offset), target.values.buffer, at: offset)
      builder.store(builder.index(index), target.indices.buffer, at: offset)
    }
    if (1 - view.extent).isProvably(atLeast: 0) { return }
    builder.store(builder.integer(1, .i64), runLength, at: 0)
    builder.loop(IntegerExpression(roundTripCount)) { _ in
      let length = builder.load(runLength, at: 0)
      builder.conditional(builder.compare(.less, length, builder.index(view.extent))) {
        let length = builder.bind(length, lower: 1, upper: view.extent)
        merge(from: target, to: scratch, runLength: length, position)
        merge(from: scratch, to: target, runLength: length * 2, position)
        builder.store(builder.index(length * 4), runLength, at: 0)
      }
    }
  }

  /// How often merging into the scratch memory and back sorts the longest row there can be.
  private var roundTripCount: Int {
    let longest = view.extent.upperBound ?? .max
    let passes = Int.bitWidth - max(longest - 1, 0).leadingZeroBitCount
    return (passes + 1) / 2
  }

  /// Emits the merging of each two neighbouring runs.
  private func merge(
    from: Pair, to: Pair, runLength: IntegerExpression,
    _ position: @escaping (IntegerExpression) -> IntegerExpression
  ) {
    let double = runLength * 2
    builder.loop((view.extent + double - 1).floorDivided(by: double)) { number in
      let start = number * double
      let middle = IntegerExpression.min(start + runLength, view.extent)
      let end = IntegerExpression.min(start + double, view.extent)
      builder.store(builder.index(start), leftFront, at: 0)
      builder.store(builder.index(middle), rightFront, at: 0)
      builder.loop(end - start) { step in
        takeNext(from: from, to: to, at: position(start + step), middle: middle, end: end, position)
      }
    }
  }

  /// Emits the step that takes the front element of one of two runs: of the left unless the right comes strictly before.
  private func takeNext(
    from: Pair, to: Pair, at offset: IntegerExpression, middle: IntegerExpression, end: IntegerExpression,
    _ position: (IntegerExpression) -> IntegerExpression
  ) {
    let left = builder.load(leftFront, at: 0)
    let right = builder.load(rightFront, at: 0)
    let hasLeft = builder.compare(.less, left, builder.index(middle))
    let hasRight = builder.compare(.less, right, builder.index(end))
    let leftOffset = position(builder.bind(left, lower: 0, upper: view.extent))
    let rightOffset = position(builder.bind(right, lower: 0, upper: view.extent))
    let leftValue = builder.load(from.values.buffer, at: leftOffset, mask: hasLeft)
    let rightValue = builder.load(from.values.buffer, at: rightOffset, mask: hasRight)
    let isBefore = builder.precedes(rightValue, leftValue, descending: descending)
    let takesRight = builder.binary(
      .and, hasRight, builder.binary(.or, builder.unary(.not, hasLeft), isBefore))
    let takesLeft = builder.unary(.not, takesRight)
    let leftIndex = builder.load(from.indices.buffer, at: leftOffset, mask: takesLeft)
    let rightIndex = builder.load(from.indices.buffer, at: rightOffset, mask: takesRight)
    builder.store(builder.select(takesRight, rightValue, leftValue), to.values.buffer, at: offset)
    builder.store(builder.select(takesRight, rightIndex, leftIndex), to.indices.buffer, at: offset)
    builder.store(builder.binary(.add, left, builder.convert(takesLeft, to: .i64)), leftFront, at: 0)
    builder.store(builder.binary(.add, right, builder.convert(takesRight, to: .i64)), rightFront, at: 0)
  }
}
