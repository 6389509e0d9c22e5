import DLGraph
import DLOperations
import Testing

struct IndexingTests {
  let batch = Dimension(Symbol("B", lower: 1, upper: 8))
  let matrix = f32([2, 3], [0, 1, 2, 10, 11, 12])

  @Test func gatherWrapsAndClamps() throws {
    let result = try apply(Gather(axis: 1), [matrix, i64(0, -1, -4, 7)])
    #expect(result == [f32([2, 4], [0, 2, 0, 2, 10, 12, 10, 12])])
  }

  @Test func gatherByAScalarRemovesTheAxis() throws {
    #expect(try apply(Gather(axis: 0), [matrix, i64([], [1])]) == [f32(10, 11, 12)])
  }

  @Test func gatherFromAnEmptyAxisGivesZero() throws {
    #expect(try apply(Gather(axis: 0), [f32([0, 2], []), i64(3)]) == [f32([1, 2], [0, 0])])
    #expect(try apply(GatherElements(axis: 0), [f32([0], []), i64(3)]) == [f32(0)])
  }

  @Test func gatherElementsWrapsAndClamps() throws {
    let result = try apply(GatherElements(axis: 1), [matrix, i64([2, 2], [-1, 0, 9, -9])])
    #expect(result == [f32([2, 2], [2, 0, 12, 10])])
  }

  @Test func scatterDropsWhatIsOutOfRange() throws {
    let updates = f32([2, 3], [5, 6, 7, 8, 9, 10])
    let result = try apply(Scatter(.update, axis: 1), [matrix, i64(-1, 3, -4), updates])
    #expect(result == [f32([2, 3], [0, 1, 5, 10, 11, 8])])
  }

  @Test func theLastOfSeveralUpdatesStays() throws {
    #expect(try apply(Scatter(.update, axis: 0), [f32(0, 0), i64(1, 1), f32(5, 6)]) == [f32(0, 6)])
    #expect(try apply(Scatter(.sum, axis: 0), [f32(1, 1), i64(1, 1), f32(5, 6)]) == [f32(1, 12)])
  }

  @Test func scatterElementsReachesIntoLargerTensors() throws {
    let result = try apply(
      ScatterElements(.sum, axis: 0), [matrix, i64([1, 2], [-1, 5]), f32([1, 2], [100, 200])])
    #expect(result == [f32([2, 3], [0, 1, 2, 110, 11, 12])])
  }

  @Test func integersWrapWhereTheyAreAdded() throws {
    let x = Literal(.i8, shape: [1], elements: [Int8(127)])
    let one = Literal(.i8, shape: [1], elements: [Int8(1)])
    let result = try apply(Scatter(.sum, axis: 0), [x, i64(0), one])
    #expect(result == [Literal(.i8, shape: [1], elements: [Int8(-128)])])
  }

  @Test func startsOfBlocksAreClamped() throws {
    let slice = DynamicSlice(extents: [1, 2])
    #expect(try apply(slice, [matrix, i64(-5, 9)]) == [f32([1, 2], [1, 2])])
    let result = try apply(DynamicUpdateSlice(), [matrix, f32([1, 2], [7, 8]), i64(9, 9)])
    #expect(result == [f32([2, 3], [0, 1, 2, 10, 7, 8])])
  }

  @Test func scalarsHaveOneBlock() throws {
    #expect(try apply(DynamicSlice(extents: []), [f32([], [4]), i64([0], [])]) == [f32([], [4])])
    let result = try apply(DynamicUpdateSlice(), [f32([], [4]), f32([], [5]), i64([0], [])])
    #expect(result == [f32([], [5])])
  }

  @Test func typeErrorsSpeakToTheAuthor() {
    let x = TensorType(.f32, [batch, 3])
    let indices = TensorType(.i64, [4])
    #expect(
      typeError(Gather(axis: 2), x, indices)
        == "gather can't work along axis 2 of f32[B, 3], which has rank 2")
    #expect(
      typeError(Gather(axis: 0), x, x) == "gather takes indices of type i64 or i32, not f32[B, 3]")
    #expect(
      typeError(GatherElements(axis: 1), x, TensorType(.i64, [4, 1]))
        == "gather_elements can't take indices i64[4, 1] into f32[B, 3]: axis 0 is 4, which may exceed B")
    #expect(
      typeError(Scatter(.sum, axis: 0), x, indices, TensorType(.f32, [3, 4]))
        == "scatter into f32[B, 3] along axis 0 by i64[4] takes updates f32[4, 3], not f32[3, 4]")
    #expect(
      typeError(Scatter(.sum, axis: 0), TensorType(.bool, [2]), indices, TensorType(.bool, [4]))
        == "scatter can't combine elements of bool[2] by sum")
    #expect(
      typeError(DynamicSlice(extents: [2, 3]), x, TensorType(.i64, [2]))
        == "dynamic_slice can't place a block f32[2, 3] in f32[B, 3]: axis 0 is 2, which may exceed B")
    #expect(
      typeError(DynamicSlice(extents: [1, 3]), x, TensorType(.i32, [2]))
        == "dynamic_slice takes a start for each axis of f32[B, 3], i64[2], not i32[2]")
  }
}
