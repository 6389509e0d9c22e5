import DLGraph
import DLOperations
import Testing

struct ViewTests {
  private let x = f32([2, 3], [0, 1, 2, 3, 4, 5])

  @Test func broadcasts() throws {
    #expect(try apply(Broadcast(shape: [2, 2], axes: [1]), [f32(1, 2)]) == [f32([2, 2], [1, 2, 1, 2])])
    #expect(
      try apply(Broadcast(shape: [2, 3], axes: [0, 1]), [f32([2, 1], [1, 2])])
        == [f32([2, 3], [1, 1, 1, 2, 2, 2])])
    #expect(try apply(Broadcast(shape: [2, 0], axes: []), [f32([], [1])]) == [f32([2, 0], [])])
  }

  @Test func transposes() throws {
    #expect(try apply(Transpose(permutation: [1, 0]), [x]) == [f32([3, 2], [0, 3, 1, 4, 2, 5])])
    #expect(try apply(Transpose(permutation: [0, 1]), [x]) == [x])
    #expect(try apply(Transpose(permutation: [1, 0]), [f32([0, 2], [])]) == [f32([2, 0], [])])
  }

  @Test func slices() throws {
    #expect(
      try apply(Slice(starts: [0, 2], extents: [2, 2], steps: [1, -2]), [x]) == [f32([2, 2], [2, 0, 5, 3])])
    #expect(
      try apply(Slice(starts: [5, 0], extents: [0, 3], steps: [1, 1]), [x]) == [f32([0, 3], [])])
  }

  @Test func padsAndConcatenates() throws {
    #expect(
      try apply(Pad(low: [0, 1], high: [1, 0]), [x, f32([], [9])])
        == [f32([3, 4], [9, 0, 1, 2, 9, 3, 4, 5, 9, 9, 9, 9])])
    #expect(
      try apply(Concatenate(axis: 1), [x, f32([2, 0], []), f32([2, 1], [8, 9])])
        == [f32([2, 4], [0, 1, 2, 8, 3, 4, 5, 9])])
  }

  @Test func typeErrors() {
    let t = Dimension(Symbol("T", lower: 1))
    let type = TensorType(.f32, [t, 4])
    #expect(
      typeError(Broadcast(shape: [t, 5], axes: [0, 1]), type)
        == "can't broadcast axis 1 of f32[T, 4] to axis 1 of f32[T, 5]: 4 and 5")
    #expect(
      typeError(Broadcast(shape: [t, 4], axes: [1, 0]), type)
        == "broadcast: the axes [1, 0] must ascend, each once")
    #expect(
      typeError(Reshape(shape: [t, 5]), type)
        == "can't reshape f32[T, 4] to f32[T, 5]: 4 * T and 5 * T elements")
    #expect(
      typeError(Transpose(permutation: [0, 0]), type)
        == "can't transpose f32[T, 4] by [0, 0]: each axis must occur once")
    #expect(
      typeError(Slice(starts: [t, 0], extents: [1, 4], steps: [1, 1]), type)
        == "can't slice f32[T, 4]: index T lies outside axis 0, which has extent T")
    #expect(
      typeError(Slice(starts: [0, 0], extents: [t, 3], steps: [1, 2]), type)
        == "can't slice f32[T, 4]: index 4 lies outside axis 1, which has extent 4")
    #expect(typeError(Slice(starts: [t - 1, 0], extents: [t, 4], steps: [-1, 1]), type) == nil)
    #expect(
      typeError(Slice(starts: [0], extents: [t], steps: [1]), type)
        == "slice of f32[T, 4] needs 2 entries in `starts`, not 1")
    #expect(
      typeError(Pad(low: [0, -1], high: [0, 0]), type, TensorType(.f32, []))
        == "can't pad axis 1 of f32[T, 4] by -1")
    #expect(
      typeError(Pad(low: [0, 0], high: [0, 0]), type, TensorType(.f64, []))
        == "can't pad f32[T, 4] with f64[]: the value must be f32[]")
    #expect(
      typeError(Concatenate(axis: 0), type, TensorType(.f32, [2, 5]))
        == "can't concatenate f32[T, 4] and f32[2, 5] along axis 0: axis 1 is 4 and 5")
    #expect(
      typeError(Concatenate(axis: 2), type)
        == "concatenate can't work along axis 2 of f32[T, 4], which has rank 2")
  }
}
