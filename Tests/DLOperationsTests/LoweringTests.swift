import DLGraph
import DLLoops
import DLOperations
import DLTestSupport
import Testing

/// Lowered to loops, which are then interpreted, operations compute what their evaluation does.
struct LoweringTests {
  @Test(arguments: ReferenceCase.files)
  func loopsAgree(file: String) throws {
    for reference in try ReferenceCase.load(file) {
      let name = "\(file) \(reference.id): \(reference.operation.name) \(reference.operation.attributes)"
      do {
        let results = try run(reference.operation, reference.operands)
        for (result, expected) in zip(results, reference.results) {
          if let difference = difference(result, expected) { Issue.record("\(name): \(difference)") }
        }
      } catch {
        Issue.record("\(name): \(error)")
      }
    }
  }

  private let length = Symbol("T", lower: 1, upper: 64)

  /// Runs an operation on operands whose axis 0 is an open dimension.
  private func runOpen(_ operation: any Primitive, _ operands: [Literal], open: [Int] = [0]) throws
    -> [Literal]
  {
    let types = operands.enumerated().map { index, operand in
      var type = operand.type
      if open.contains(index) { type.shape[0] = Dimension(length) }
      return type
    }
    return try run(operation, operands, types, [length: operands[open[0]].shape[0]])
  }

  private func run(
    _ operation: any Primitive, _ operands: [Literal], _ types: [TensorType]? = nil,
    _ symbols: [Symbol: Int] = [:]
  ) throws -> [Literal] {
    let types = types ?? operands.map(\.type)
    let lowered = try #require(
      try PlainLowering.kernel(operation, types, symbols: Array(symbols.keys)))
    return try KernelInterpreter.run(
      lowered.kernel, inputs: operands, outputs: lowered.outputs, scratch: lowered.scratch, symbols: symbols)
  }

  @Test func openDimensionsOfViews() throws {
    let x = f32([3, 4], (0..<12).map(Float.init))
    let t = Dimension(length)
    #expect(try runOpen(Reshape(shape: [t, 2, 2]), [x])[0] == x.reshaped([3, 2, 2]))
    #expect(try runOpen(Reshape(shape: [t * 4]), [x])[0] == x.reshaped([12]))
    #expect(try runOpen(Reshape(shape: [4, t]), [x])[0] == x.reshaped([4, 3]))
    #expect(
      try runOpen(Slice(starts: [t - 1, 0], extents: [t, 4], steps: [-1, 1]), [x])[0]
        == f32([3, 4], [8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3]))
    #expect(
      try runOpen(Pad(low: [1, 0], high: [0, 0]), [x, f32([], [9])])[0]
        == f32([4, 4], [9, 9, 9, 9] + (0..<12).map(Float.init)))
    #expect(
      try runOpen(Concatenate(axis: 0), [x, f32([1, 4], [9, 9, 9, 9])])[0]
        == f32([4, 4], (0..<12).map(Float.init) + [9, 9, 9, 9]))
    #expect(
      try runOpen(Broadcast(shape: [t, 4, 2], axes: [0, 1]), [x])[0]
        == f32([3, 4, 2], (0..<24).map { Float($0 / 2) }))
  }

  @Test func openDimensionsOfProductsAndReductions() throws {
    let x = f32([3, 2], [1, 2, 3, 4, 5, 6])
    #expect(try runOpen(Reduce(.sum, axes: [0]), [x])[0] == f32(9, 12))
    let product = Contract(batch: [], contracting: [(left: 0, right: 0)], result: .f32)
    #expect(try runOpen(product, [x, x], open: [0, 1])[0] == f32([2, 2], [35, 44, 44, 56]))
    let window = ReduceWindow(
      .maximum, window: [3, 1], strides: [1, 1], dilation: [1, 1],
      padding: [(low: 1, high: 1), (low: 0, high: 0)])
    #expect(try runOpen(window, [x])[0] == f32([3, 2], [3, 4, 5, 6, 5, 6]))
  }

  @Test func reshapeKeepsTheIndicesOfAxesThatStay() {
    let (b, t, i, j, k) = (
      Dimension(Symbol("B")), Dimension(Symbol("T")), IntegerExpression(Symbol("i")),
      IntegerExpression(Symbol("j", upper: 11)), IntegerExpression(Symbol("k", upper: 63))
    )
    #expect(
      Reshape.position(at: [i, j, k, 0], of: [t, 12, 64, 1], in: [t, 768]) == [i, j * 64 + k])
    #expect(
      Reshape.position(at: [i, k], of: [b * t, 64], in: [b, t, 8, 8])
        == [i.floorDivided(by: t), i.modulo(t), k.floorDivided(by: 8), k.modulo(8)])
    #expect(Reshape.position(at: [i], of: [t], in: [1, t, 1]) == [0, i, 0])
  }

  @Test func uniformConstantsAndPairsAreImmediate() throws {
    guard case .data = Constant(f32(1, 2, 3)).lowering else { throw Unexpected() }
    #expect(try run(Constant(f32(1, 2)), [])[0] == f32(1, 2))
    #expect(try run(Constant(f32([2, 2], [3, 3, 3, 3])), [])[0] == f32([2, 2], [3, 3, 3, 3]))
    #expect(try run(Constant(i64([], [-7])), [])[0] == i64([], [-7]))
    #expect(try run(Constant(f32([0], [])), [])[0] == f32([0], []))
  }

  @Test func extentsAreReadFromTheCall() throws {
    let t = Dimension(length)
    #expect(try run(Extent(t * 2 + 1), [], [], [length: 5])[0] == i64([], [11]))
    #expect(try run(Iota(type: TensorType(.f32, [t]), axis: 0), [], [], [length: 3])[0] == f32(0, 1, 2))
  }

  private struct Unexpected: Error {}
}
