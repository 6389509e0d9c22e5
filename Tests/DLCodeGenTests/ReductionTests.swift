import DLCodeGen
import DLGraph
import DLLoops
import DLTestSupport
import Testing

/// `accumulate` in and around vector loops.
@Suite struct ReductionTests {
  static let extents = [0, 1, 15, 16, 17, 33, 64, 65, 200]

  private func sample(_ function: ReductionFunction, _ type: ElementType, _ count: Int) -> [Scalar] {
    // Near 1, so that neither a sum nor a product leaves what the type holds exactly enough.
    if !type.isFloatingPoint { return samples(type, count: count) }
    return (0..<count).map {
      .float(function == .product ? 1 + Double($0 % 3 - 1) / 64 : Double($0 * 7 % 5) - 1.5)
    }
  }

  @Test func reductionsOfAVector() throws {
    var kernels: [(Kernel, ReductionFunction, ElementType)] = []
    for function in ReductionFunction.allCases {
      for type in ElementType.allCases where function.accepts(type) && type.accumulator == type {
        let n = Symbol("n")
        let builder = KernelBuilder(name: "\(function.rawValue)_\(type)", symbols: [n])
        let input = builder.addBuffer("x", type, .input)
        let output = builder.addBuffer("y", type, .output)
        builder.loop(IntegerExpression(n), .vector) { index in
          builder.accumulate(function, builder.load(input, at: index), output, at: 0)
        }
        kernels.append((builder.finish(), function, type))
      }
    }
    let library = try KernelLibrary(kernels.map(\.0))
    for (kernel, function, type) in kernels {
      for extent in Self.extents {
        try check(
          kernel, in: library, counts: [extent, 1], symbols: [extent],
          values: [0: sample(function, type, extent), 1: sample(function, type, 1)], tolerance: 1e-5)
      }
    }
  }

  @Test func anInfinityOrNaNInAReduction() throws {
    let builder = KernelBuilder(name: "maximum")
    let input = builder.addBuffer("x", .f32, .input)
    let output = builder.addBuffer("y", .f32, .output)
    builder.loop(21, .vector) { index in
      builder.accumulate(.maximum, builder.load(input, at: index), output, at: 0)
    }
    let kernel = builder.finish()
    let library = try KernelLibrary([kernel])
    for special in [Double.nan, .infinity, -.infinity] {
      for position in [0, 15, 16, 20] {
        var values = [Scalar](repeating: .float(1), count: 21)
        values[position] = .float(special)
        try check(kernel, in: library, counts: [21, 1], values: [0: values, 1: [.float(0)]])
      }
    }
  }

  @Test func rowsAndColumns() throws {
    // y[i] = sum over j of x[i, j], by rows; z[j] = sum over i, by columns; and a bias that the rows start from.
    let (rows, columns) = (Symbol("rows"), Symbol("columns"))
    let builder = KernelBuilder(name: "sums", symbols: [rows, columns])
    let x = builder.addBuffer("x", .f32, .input)
    let y = builder.addBuffer("y", .f32, .output)
    let z = builder.addBuffer("z", .f32, .output)
    builder.loop(IntegerExpression(rows)) { i in
      builder.loop(IntegerExpression(columns), .vector) { j in
        let element = builder.load(x, at: i * IntegerExpression(columns) + j)
        builder.accumulate(.sum, element, y, at: i)
        builder.accumulate(.sum, element, z, at: j)
      }
    }
    let kernel = builder.finish()
    let library = try KernelLibrary([kernel])
    for (m, n) in [(0, 3), (1, 1), (3, 16), (5, 33), (4, 100)] {
      let values = (0..<m * n).map { Scalar.float(Double($0 % 7) - 3) }
      try check(
        kernel, in: library, counts: [m * n, m, n], symbols: [m, n],
        values: [
          0: values, 1: [Scalar](repeating: .float(1), count: m), 2: [Scalar](repeating: .float(2), count: n),
        ])
    }
  }

  @Test func placesThatChangeInsideTheVectorLoop() throws {
    // The inner loop moves the place, so lanes are combined at every step.
    let builder = KernelBuilder(name: "moving")
    let x = builder.addBuffer("x", .f32, .input)
    let y = builder.addBuffer("y", .f32, .output)
    builder.loop(21, .vector) { v in
      builder.loop(3) { k in
        builder.accumulate(.sum, builder.load(x, at: v * 3 + k), y, at: k)
      }
    }
    let kernel = builder.finish()
    let values = (0..<63).map { Scalar.float(Double($0)) }
    try check(
      kernel, in: try KernelLibrary([kernel]), counts: [63, 3],
      values: [0: values, 1: [.float(0), .float(1), .float(2)]])
  }

  @Test func aResultDoesNotDependOnTheNumberOfThreads() throws {
    let builder = KernelBuilder(name: "dot_rows")
    let x = builder.addBuffer("x", .f32, .input)
    let y = builder.addBuffer("y", .f32, .output)
    builder.grid(37, grain: 3) { g in
      builder.store(builder.floating(0, .f32), y, at: g)
      builder.loop(100, .vector) { v in
        let a = builder.load(x, at: g * 100 + v)
        builder.accumulate(.sum, builder.binary(.multiply, a, a), y, at: g)
      }
    }
    let kernel = builder.finish()
    let library = try KernelLibrary([kernel])
    let input = (0..<3700).map { Scalar.float(Double($0 * 37 % 101) / 97) }
    var results: Set<[UInt8]> = []
    for threads in [0, 1, 2, 3, 5] {
      var buffers = [bytes(input, .f32), [UInt8](repeating: 0, count: 37 * 4)]
      try library.run("dot_rows", &buffers, threads: threads)
      results.insert(buffers[1])
    }
    #expect(results.count == 1)
    try check(kernel, in: library, counts: [3700, 37], values: [0: input], threads: 2, tolerance: 1e-5)
  }
}
