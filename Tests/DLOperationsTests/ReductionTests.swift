import DLGraph
import DLOperations
import Testing

struct ReductionTests {
  @Test func reductionsOfNothingAreTheIdentity() throws {
    let empty = f32([0, 2], [])
    #expect(try apply(Reduce(.sum, axes: [0]), [empty]) == [f32(0, 0)])
    #expect(try apply(Reduce(.product, axes: [0]), [empty]) == [f32(1, 1)])
    #expect(try apply(Reduce(.minimum, axes: [0]), [empty]) == [f32(.infinity, .infinity)])
    #expect(try apply(Reduce(.maximum, axes: [0]), [i64([0], [])]) == [i64([], [.min])])
    #expect(
      try apply(Reduce(.all, axes: [0]), [Literal(.bool, shape: [0], elements: [UInt8]())])
        == [Literal(.bool, shape: [], elements: [1 as UInt8])])
  }

  @Test func integerSumsWrap() throws {
    let x = Literal(.i8, shape: [3], elements: [100, 100, 100] as [Int8])
    #expect(try apply(Reduce(.sum, axes: [0]), [x]) == [Literal(.i8, shape: [], elements: [44 as Int8])])
  }

  @Test func narrowSumsAreCarriedWide() throws {
    // In f16 the sum would stop at 2048.
    let x = Literal(.f16, shape: [4096], elements: [UInt16](repeating: 0x3C00, count: 4096))
    #expect(
      try apply(Reduce(.sum, axes: [0]), [x]) == [Literal(.f16, shape: [], elements: [0x6C00 as UInt16])])
  }

  @Test func extremesPropagateNaN() throws {
    let x = f32([2, 2], [1, .nan, 3, 4])
    let result = try apply(Reduce(.maximum, axes: [1]), [x])[0].elements(as: Float.self)
    #expect(result[0].isNaN && result[1] == 4)
  }

  @Test func windowsIgnoreTheirPadding() throws {
    let pool = ReduceWindow(.maximum, window: [2], strides: [2], dilation: [1], padding: [(low: 1, high: 1)])
    #expect(try apply(pool, [f32(-1, -2, -3, -4)]) == [f32(-1, -2, -4)])
    let cropped = ReduceWindow(.sum, window: [2], strides: [1], dilation: [1], padding: [(low: -1, high: 0)])
    #expect(try apply(cropped, [f32(1, 2, 3, 4)]) == [f32(5, 7)])
  }

  @Test func typeErrors() {
    let type = TensorType(.f32, [Dimension(Symbol("B")), 4])
    #expect(
      typeError(Reduce(.any, axes: [0]), type)
        == "reduce by any isn't defined on f32, the elements of f32[B, 4]")
    #expect(
      typeError(Reduce(.sum, axes: [2]), type)
        == "reduce can't work along axis 2 of f32[B, 4], which has rank 2")
    #expect(typeError(Reduce(.sum, axes: [1, 1]), type) == "reduce: the axes [1, 1] must ascend, each once")
    let window = ReduceWindow(
      .sum, window: [1, 7], strides: [1, 1], dilation: [1, 1],
      padding: [(low: 0, high: 0), (low: 1, high: 1)])
    #expect(typeError(window, type) == "reduce_window: a window of 7 does not fit into axis 1 of f32[B, 4]")
    let still = ReduceWindow(
      .sum, window: [1, 1], strides: [1, 0], dilation: [1, 1],
      padding: [(low: 0, high: 0), (low: 0, high: 0)])
    #expect(typeError(still, type) == "reduce_window: `strides` must be at least 1, not 0")
  }
}
