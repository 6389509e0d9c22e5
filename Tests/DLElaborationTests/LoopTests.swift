import DLElaboration
import DLEvaluation
import DLGraph
import Testing

/// Loops of run time, and states.
struct LoopTests {
  @Test func scanCarriesAndStacks() throws {
    #expect(
      try run(
        """
        let xs = tensor([[1, 2, 3], [4, 5, 6]])
        var total = zeros(2, type: i64)
        let sums = scan x in xs, axis: 1 {
          total = total + x
          yield total
        }
        let backwards = scan x in xs[0], reverse: true { yield x * 2 }
        return (sums, total, backwards)
        """) == [[1, 3, 6, 4, 9, 15], [6, 15], [2, 4, 6]])
  }

  @Test func scanOverTuplesAndRanges() throws {
    #expect(
      try run(
        """
        var best = (0.0, 0)
        let (a, b) = scan (x, i) in (tensor([1.0, 5.0, 3.0]), iota(3)) {
          let better = x > best.0
          best = (where(better, x, best.0), where(better, i, best.1))
          yield (x + best.0, best.1)
        }
        var n = 0
        let unused = scan t in 2..<5 { n = n + t }
        return (a, b, best, n)
        """) == [[2, 10, 8], [0, 1, 1], [5], [1], [9]])
  }

  @Test func whileLoops() throws {
    #expect(
      try run(
        """
        let limit = i64(100)
        var x = 1
        var steps = 0
        while x < limit {
          x = x * 3
          steps = steps + 1
        }
        return (x, steps)
        """) == [[243], [5]])
  }

  @Test func nestedLoops() throws {
    #expect(
      try run(
        """
        let m = tensor([[1, 2], [3, 4]])
        let scale = i64(10)
        var total = 0
        let rows = scan row in m {
          var product = 1
          let unused = scan x in row {
            product = product * x
            total = total + x * scale
          }
          yield product
        }
        return (rows, total)
        """) == [[2, 12], [100]])
  }

  @Test func statesAreKeptBetweenCalls() throws {
    let module = try elaborate(
      """
      layer Counter(n: Int) {
        state count: i64[n]
        state unused: f32[n]
        func next(x: i64[n]) -> i64[n] {
          count = count + x
          return count
        }
      }
      model Test {
        counters = [Counter(1), Counter(2)]
        func step(x: i64[2]) -> i64[2] {
          let unused = counters[0].next(ones(1, type: i64))
          return counters[1].next(x)
        }
        func peek() -> (i64[1], i64[2]) { return (counters.0.count, counters.1.count) }
        func many(xs: i64[N, 2]) -> i64[N, 2] {
          return scan x in xs { yield counters[1].next(x) }
        }
      }
      """)
    #expect(module.states.map(\.name) == ["counters.0.count", "counters.1.count"])
    #expect(module.graphs[1].outputs.filter { $0.role == .state }.isEmpty)
    var evaluator = try ModuleEvaluator(module)
    let x = Literal(.i64, shape: [2], elements: [1, 2] as [Int64])
    _ = try evaluator.call("step", [x])
    #expect(try evaluator.call("step", [x])[0].numbers == [2, 4])
    let xs = Literal(.i64, shape: [3, 2], elements: [1, 0, 1, 0, 1, 0] as [Int64])
    #expect(try evaluator.call("many", [xs])[0].numbers == [3, 4, 4, 4, 5, 4])
    #expect(try evaluator.call("peek", []).map(\.numbers) == [[2], [5, 4]])
  }
}
