import DLEvaluation
import DLGraph
import DLLoops
import DLOperations
import DLTestSupport
import Testing

/// The loops of indexing and ordering, on sizes that need several strips, runs or round trips, against evaluation.
struct IndexingLoopTests {
  private let length = Symbol("T", lower: 0, upper: 200)

  /// Interprets the loops and compares them with evaluation.
  ///
  /// - Parameter open: whether axis 0 of operand 0 is left open.
  private func check(_ operation: any Primitive, _ operands: [Literal], open: Bool = false) throws {
    var types = operands.map(\.type)
    if open { types[0].shape[0] = Dimension(length) }
    let lowered = try #require(
      try PlainLowering.kernel(operation, types, symbols: open ? [length] : []))
    #expect(lowered.kernel.problems == [])
    let results = try KernelInterpreter.run(
      lowered.kernel, inputs: operands, outputs: lowered.outputs, scratch: lowered.scratch,
      symbols: open ? [length: operands[0].shape[0]] : [:])
    for (result, expected) in zip(results, try apply(operation, operands)) {
      let message = difference(result, expected)
      #expect(message == nil, "\(operation.name) \(operands[0].type)")
    }
  }

  /// Small numbers with repetitions, and NaN now and then.
  private func numbers(_ shape: [Int], seed: Int = 1) -> Literal {
    var state = UInt32(truncatingIfNeeded: seed &* 2_654_435_761)
    let elements = (0..<shape.reduce(1, *)).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      let value = Int(state >> 16) % 23
      return value == 22 ? Float.nan : Float(value - 11)
    }
    return f32(shape, elements)
  }

  private func indices(_ shape: [Int], below extent: Int) -> Literal {
    i64(shape, (0..<shape.reduce(1, *)).map { $0 * 7 % (2 * extent + 4) - extent - 2 })
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5, 15, 16, 17, 33, 100])
  func sort(count: Int) throws {
    for descending in [false, true] {
      let sort = Sort(axis: 0, descending: descending)
      try check(sort, [numbers([count], seed: count)])
      try check(sort, [numbers([count, 3], seed: count)])
      try check(sort, [numbers([count], seed: count)], open: true)
    }
  }

  @Test(arguments: [1, 5, 64, 65, 90])
  func topK(count: Int) throws {
    for largest in [false, true] {
      try check(TopK(count: count, axis: 1, largest: largest), [numbers([2, 90], seed: count)])
    }
    try check(TopK(count: count, axis: 0), [numbers([90, 3], seed: count)])
  }

  @Test func argReduce() throws {
    for function in [ReductionFunction.minimum, .maximum] {
      try check(ArgReduce(function, axis: 1), [numbers([3, 40])])
      try check(ArgReduce(function, axis: 0), [numbers([5, 130])])
      try check(ArgReduce(function, axis: 1), [numbers([2, 5, 7])])
      try check(ArgReduce(function, axis: 0), [numbers([9])], open: true)
      try check(ArgReduce(function, axis: 0), [f32(.infinity, -.infinity, .infinity)])
      let bits = Literal(.bool, shape: [4, 2], elements: [UInt8(0), 1, 1, 1, 0, 0, 1, 0])
      try check(ArgReduce(function, axis: 0), [bits])
      try check(ArgReduce(function, axis: 1), [bits])
    }
  }

  @Test func cumulative() throws {
    for function in [ReductionFunction.sum, .product, .minimum, .maximum] {
      for reverse in [false, true] {
        try check(Cumulative(function, axis: 0, reverse: reverse), [numbers([6, 130])])
        try check(Cumulative(function, axis: 1, reverse: reverse), [numbers([2, 9])])
        try check(Cumulative(function, axis: 0, reverse: reverse), [numbers([7])], open: true)
      }
    }
  }

  @Test(arguments: ScatterFunction.allCases)
  func scatter(function: ScatterFunction) throws {
    let x = numbers([3, 5, 70])
    try check(Scatter(function, axis: 1), [x, indices([4, 2], below: 5), numbers([3, 4, 2, 70])])
    try check(Scatter(function, axis: 2), [x, indices([9], below: 70), numbers([3, 5, 9])])
    try check(Scatter(function, axis: 0), [x, indices([6], below: 3), numbers([6, 5, 70])], open: true)
    for axis in 0..<3 {
      let small = indices([2, 4, 20], below: x.shape[axis])
      try check(ScatterElements(function, axis: axis), [x, small, numbers([2, 4, 20])])
    }
    try check(
      ScatterElements(function, axis: 0), [numbers([9]), indices([15], below: 9), numbers([15])], open: true)
  }

  @Test func gather() throws {
    let x = numbers([4, 5, 6])
    for axis in 0..<3 {
      try check(Gather(axis: axis), [x, indices([3, 2], below: x.shape[axis])])
      try check(GatherElements(axis: axis), [x, indices([2, 3, 4], below: x.shape[axis])])
    }
    try check(Gather(axis: 0), [x, indices([7], below: 4)], open: true)
    try check(Gather(axis: 0), [numbers([0, 2]), i64(0, 5)], open: true)
    try check(GatherElements(axis: 0), [numbers([0]), i64(0, 5)], open: true)
  }

  @Test(arguments: [[0, 0], [1, 2], [-3, 9]])
  func blocks(starts: [Int]) throws {
    let x = numbers([4, 5])
    try check(DynamicSlice(extents: [2, 3]), [x, i64([2], starts)])
    try check(DynamicSlice(extents: [4, 3]), [x, i64([2], starts)])
    try check(DynamicUpdateSlice(), [x, numbers([2, 3], seed: 2), i64([2], starts)])
    try check(DynamicUpdateSlice(), [x, numbers([4, 5], seed: 2), i64([2], starts)])
    try check(DynamicUpdateSlice(), [x, numbers([0, 5], seed: 2), i64([2], starts)])
  }
}
