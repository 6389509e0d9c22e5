import DLGraph
import DLOperations
import Testing

struct OrderingTests {
  @Test func nanIsTheGreatest() throws {
    let x = f32(1, .nan, -.infinity, .infinity, -0.0, 0)
    let ascending = try apply(Sort(axis: 0), [x])
    #expect(difference(ascending[0], f32(-.infinity, -0.0, 0, 1, .infinity, .nan)) == nil)
    #expect(ascending[1] == i64(2, 4, 5, 0, 3, 1))
    let descending = try apply(Sort(axis: 0, descending: true), [x])
    #expect(descending[1] == i64(1, 3, 0, 4, 5, 2))
  }

  @Test func sortsAlongAnyAxis() throws {
    let x = f32([3, 2], [3, 1, 2, 1, 1, 0])
    #expect(try apply(Sort(axis: 0), [x])[1] == i64([3, 2], [2, 2, 1, 0, 0, 1]))
    #expect(try apply(Sort(axis: 1), [f32([2, 0], [])])[0].shape == [2, 0])
  }

  @Test func topKTakesTheFirstOfEquals() throws {
    let result = try apply(TopK(count: 3, axis: 0), [f32(1, 5, 5, 0, 5)])
    #expect(result == [f32(5, 5, 5), i64(1, 2, 4)])
    #expect(try apply(TopK(count: 2, axis: 0, largest: false), [f32(1, .nan, 0)])[1] == i64(2, 0))
    #expect(try apply(TopK(count: 0, axis: 0), [f32(1)])[0].shape == [0])
  }

  @Test func argReduceFindsTheFirstAndPrefersNaN() throws {
    #expect(try apply(ArgReduce(.maximum, axis: 0), [f32(1, 3, 3)]) == [i64([], [1])])
    #expect(try apply(ArgReduce(.maximum, axis: 0), [f32(1, .nan, 3, .nan)]) == [i64([], [1])])
    #expect(try apply(ArgReduce(.minimum, axis: 0), [f32(1, .nan, -3)]) == [i64([], [1])])
    #expect(try apply(ArgReduce(.minimum, axis: 0), [f32(.infinity, .infinity)]) == [i64([], [0])])
    let extremes = i64(Int.max, Int.min, Int.max)
    #expect(try apply(ArgReduce(.minimum, axis: 0), [extremes]) == [i64([], [1])])
    #expect(try apply(ArgReduce(.maximum, axis: 0), [extremes]) == [i64([], [0])])
  }

  @Test func cumulativeFunctionsKeepNaN() throws {
    let sums = try apply(Cumulative(.sum, axis: 0), [f32(1, 2, .nan, 4)])
    #expect(difference(sums[0], f32(1, 3, .nan, .nan)) == nil)
    let least = try apply(Cumulative(.minimum, axis: 0, reverse: true), [f32(3, 1, 2)])
    #expect(least == [f32(1, 1, 2)])
  }

  @Test func cumulativeSumsWrap() throws {
    let x = Literal(.u8, shape: [3], elements: [UInt8(200), 100, 1])
    let sums = try apply(Cumulative(.sum, axis: 0), [x])
    #expect(sums == [Literal(.u8, shape: [3], elements: [UInt8(200), 44, 45])])
  }

  @Test func typeErrorsSpeakToTheAuthor() {
    let x = TensorType(.f32, [Dimension(Symbol("T", lower: 1, upper: 8)), 3])
    #expect(
      typeError(TopK(count: 2, axis: 0), x)
        == "top_k can't find 2 elements along axis 0 of f32[T, 3], which may have only 1")
    #expect(typeError(ArgReduce(.sum, axis: 0), x) == "arg_reduce finds the minimum or maximum, not the sum")
    #expect(
      typeError(ArgReduce(.maximum, axis: 0), TensorType(.f32, [0]))
        == "arg_reduce finds nothing along the empty axis 0 of f32[0]")
    #expect(
      typeError(Cumulative(.any, axis: 0), x) == "cumulative can't take the any of elements of f32[T, 3]")
    #expect(typeError(Sort(axis: 0), x, x) == "sort takes 1 operand, not 2")
  }
}
