import DLGraph
import DLOperations
import Testing

struct ProductTests {
  private let matrixProduct = Contract(batch: [], contracting: [(left: 1, right: 0)], result: .f32)

  @Test func contractionsOfNothingAreZero() throws {
    #expect(try apply(matrixProduct, [f32([2, 0], []), f32([0, 2], [])]) == [f32([2, 2], [0, 0, 0, 0])])
    #expect(
      try apply(matrixProduct, [f32([0, 2], []), f32([2, 3], [0, 0, 0, 0, 0, 0])]) == [f32([0, 3], [])])
  }

  @Test func contractionsPassNaNAndInfinityOn() throws {
    let result = try apply(
      matrixProduct, [f32([1, 2], [0, 1]), f32([2, 2], [.nan, .infinity, 1, 1])])[0].elements(as: Float.self)
    #expect(result.allSatisfy { $0.isNaN })
  }

  @Test func bytesOfTwoKindsContractTo32Bits() throws {
    let a = Literal(.u8, shape: [2], elements: [255, 255] as [UInt8])
    let b = Literal(.i8, shape: [2], elements: [-128, 127] as [Int8])
    let dot = Contract(batch: [], contracting: [(left: 0, right: 0)], result: .i32)
    #expect(try apply(dot, [a, b]) == [Literal(.i32, shape: [], elements: [-255 as Int32])])
  }

  @Test func sumsOfBytesWrapAround() throws {
    let count = 70000
    let a = Literal(.u8, shape: [1, count], elements: [UInt8](repeating: 255, count: count))
    let b = Literal(.i8, shape: [count, 1], elements: [Int8](repeating: -128, count: count))
    let dot = Contract(batch: [], contracting: [(left: 1, right: 0)], result: .i32)
    let sum = Int32(truncatingIfNeeded: count * 255 * -128)
    #expect(try apply(dot, [a, b]) == [Literal(.i32, shape: [1, 1], elements: [sum])])
  }

  @Test func batchAxesComeFirst() throws {
    let a = f32([2, 3], [1, 2, 3, 4, 5, 6])
    let b = f32([2, 2], [1, 10, 100, 1000])
    let outer = Contract(batch: [(left: 0, right: 1)], contracting: [], result: .f32)
    #expect(
      try apply(outer, [a, b]) == [f32([2, 3, 2], [1, 100, 2, 200, 3, 300, 40, 4000, 50, 5000, 60, 6000])])
  }

  @Test func depthwiseAndDilatedConvolution() throws {
    let x = f32([1, 2, 4], [1, 2, 3, 4, 10, 20, 30, 40])
    let kernel = f32([2, 1, 2], [1, 1, 1, -1])
    let depthwise = Convolve(
      strides: [1], padding: [(low: 1, high: 0)], dilation: [2], inputDilation: [1], groups: 2)
    #expect(try apply(depthwise, [x, kernel]) == [f32([1, 2, 3], [2, 4, 6, -20, -20, -20])])
    let transposed = Convolve(
      strides: [1], padding: [(low: 1, high: 1)], dilation: [1], inputDilation: [2], groups: 1)
    #expect(
      try apply(transposed, [f32([1, 1, 2], [1, 2]), f32([1, 1, 2], [3, 5])]) == [
        f32([1, 1, 4], [5, 3, 10, 6])
      ])
  }

  @Test func typeErrors() {
    let batch = Dimension(Symbol("B"))
    let x = TensorType(.f32, [batch, 3])
    #expect(
      typeError(matrixProduct, x, TensorType(.f32, [4, 5]))
        == "can't contract axis 1 of f32[B, 3] with axis 0 of f32[4, 5]: 3 and 4")
    let batched = Contract(batch: [(left: 0, right: 0)], contracting: [], result: .f32)
    #expect(
      typeError(batched, x, TensorType(.f32, [4, 5]))
        == "can't pair axis 0 of f32[B, 3] with axis 0 of f32[4, 5]: B and 4")
    #expect(
      typeError(matrixProduct, x, TensorType(.f64, [3, 5]))
        == "can't contract f32[B, 3] with f64[3, 5]: the element types are f32 and f64")
    #expect(
      typeError(
        Contract(batch: [], contracting: [(left: 1, right: 0)], result: .i32), x, TensorType(.f32, [3, 5]))
        == "can't contract f32[B, 3] with f32[3, 5] to i32")
    #expect(
      typeError(
        Contract(batch: [(left: 1, right: 1)], contracting: [(left: 1, right: 0)], result: .f32), x, x)
        == "contract: an axis of f32[B, 3] is paired twice")
  }

  @Test func typeErrorsOfConvolution() {
    let image = TensorType(.f32, [Dimension(Symbol("B")), 6, 8, 8])
    let convolve = { (groups: Int) in
      Convolve(
        strides: [1, 1], padding: [(low: 0, high: 0), (low: 0, high: 0)], dilation: [1, 1],
        inputDilation: [1, 1], groups: groups)
    }
    #expect(
      typeError(convolve(1), image, TensorType(.f32, [4, 3, 3, 3]))
        == "can't convolve f32[B, 6, 8, 8] with f32[4, 3, 3, 3] in 1 group: 6 channels and 3 a group")
    #expect(
      typeError(convolve(3), image, TensorType(.f32, [4, 2, 3, 3]))
        == "can't convolve f32[B, 6, 8, 8] with f32[4, 2, 3, 3] in 3 groups: they don't divide 4 outputs")
    #expect(
      typeError(convolve(1), image, TensorType(.f32, [4, 6, 9, 3]))
        == "convolve: a window of 9 does not fit into axis 2 of f32[B, 6, 8, 8]")
    #expect(
      typeError(convolve(1), image, TensorType(.f32, [4, 6, 3]))
        == "can't convolve f32[B, 6, 8, 8] with f32[4, 6, 3]: both need batch, channels and 1 to 3 spatial axes"
    )
    #expect(
      typeError(convolve(1), image, TensorType(.i8, [4, 6, 3, 3]))
        == "can't convolve f32[B, 6, 8, 8] with i8[4, 6, 3, 3]: the element types are f32 and i8")
    var integers = convolve(1)
    integers.result = .i32
    #expect(
      typeError(integers, image, TensorType(.f32, [4, 6, 3, 3]))
        == "can't convolve f32[B, 6, 8, 8] with f32[4, 6, 3, 3] to i32")
    #expect(
      typeError(convolve(0), image, TensorType(.f32, [4, 6, 3, 3]))
        == "convolve: `groups` must be at least 1, not 0")
  }
}
