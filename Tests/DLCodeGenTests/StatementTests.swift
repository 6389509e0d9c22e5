import DLCodeGen
import DLGraph
import DLLoops
import DLTestSupport
import Testing

/// Accesses of every shape, masks, branches, bound symbols and local arrays.
@Suite struct StatementTests {
  static let types: [ElementType] = [.f32, .f64, .f16, .bf16, .i64, .i8, .bool]

  private func symbolic(_ name: String) -> (Symbol, IntegerExpression) {
    let symbol = Symbol(name, lower: 0, upper: 1000)
    return (symbol, IntegerExpression(symbol))
  }

  /// Runs `out[writeAt(v)] = in[readAt(v)]` on types and extents.
  private func checkCopy(
    _ name: String, count: Int, read: (IntegerExpression, IntegerExpression) -> IntegerExpression,
    write: (IntegerExpression, IntegerExpression) -> IntegerExpression
  ) throws {
    let (n, extent) = symbolic("n")
    let kernels = Self.types.map { type in
      let builder = KernelBuilder(name: "\(name)_\(type)", symbols: [n])
      let input = builder.addBuffer("x", type, .input)
      let output = builder.addBuffer("y", type, .output)
      builder.loop(extent, .vector) { v in
        builder.store(builder.load(input, at: read(v, extent)), output, at: write(v, extent))
      }
      return builder.finish()
    }
    let library = try KernelLibrary(kernels)
    for kernel in kernels {
      for n in [0, 1, 15, 16, 17, 33, 70] {
        try check(kernel, in: library, counts: [count, count], symbols: [n])
      }
    }
  }

  @Test func stridedAndReversedAccess() throws {
    try checkCopy("strided", count: 220, read: { v, _ in v * 3 + 1 }, write: { v, _ in v })
    try checkCopy("scattered", count: 220, read: { v, _ in v }, write: { v, _ in v * 2 })
    try checkCopy("reversed", count: 100, read: { v, n in n - 1 - v }, write: { v, _ in v })
    try checkCopy("one_element", count: 100, read: { v, _ in v }, write: { _, _ in 3 })
    try checkCopy("broadcast", count: 100, read: { _, _ in 5 }, write: { v, _ in v })
  }

  @Test func dividedIndices() throws {
    try checkCopy("quotient", count: 100, read: { v, _ in v.floorDivided(by: 4) }, write: { v, _ in v })
    try checkCopy("remainder", count: 100, read: { v, _ in v.modulo(5) }, write: { v, _ in v })
    try checkCopy(
      "aligned", count: 200, read: { v, _ in v.floorDivided(by: 64) * 7 + v.modulo(64) }, write: { v, _ in v }
    )
    try checkCopy("limited", count: 100, read: { v, n in .min(v, .max(n - 5, 0)) }, write: { v, _ in v })
    try checkCopy(
      "negative", count: 100, read: { v, _ in (v - 20).floorDivided(by: 3) + 10 }, write: { v, _ in v })
  }

  /// One mask for a whole vector, also on targets that would have to test it for each lane.
  @Test(arguments: ["host", "x86-64-v3", "x86-64"])
  func masksOfWholeVectors(name: String) throws {
    let target = try #require(TargetDescription.named(name))
    guard target.runsHere else { return }
    let kernels = Self.types.map { type in
      let builder = KernelBuilder(name: "rows_\(type)")
      let input = builder.addBuffer("x", type, .input)
      let output = builder.addBuffer("y", type, .output)
      builder.loop(8) { row in
        // The rows before the first and after the last are not there.
        let inside = builder.isInRange(row - 1, 0, 6)
        builder.loop(32, .vector) { v in
          let above = builder.load(input, at: (row - 1) * 32 + v, mask: inside)
          builder.store(above, output, at: row * 32 + v)
          builder.store(builder.load(input, at: v), output, at: (row + 7) * 32 + v, mask: inside)
        }
      }
      return builder.finish()
    }
    let library = try KernelLibrary(kernels, target: target)
    for kernel in kernels { try check(kernel, in: library, counts: [192, 480]) }
  }

  @Test func masks() throws {
    let (n, extent) = symbolic("n")
    let kernels = Self.types.map { type in
      let builder = KernelBuilder(name: "masked_\(type)", symbols: [n])
      let input = builder.addBuffer("x", type, .input)
      let choice = builder.addBuffer("m", .bool, .input)
      let output = builder.addBuffer("y", type, .output)
      let single = builder.addBuffer("z", type, .output)
      builder.loop(extent, .vector) { v in
        // The index is invalid where the mask is false.
        let inside = builder.isInRange(v - 2, 0, 20)
        let shifted = builder.load(input, at: v - 2, mask: inside)
        builder.store(shifted, output, at: v, mask: builder.load(choice, at: v))
      }
      let first = builder.load(choice, at: 0)
      builder.store(builder.load(input, at: 1, mask: first), single, at: 0, mask: builder.unary(.not, first))
      builder.store(builder.load(input, at: 1, mask: first), single, at: 1)
      return builder.finish()
    }
    let library = try KernelLibrary(kernels)
    for kernel in kernels {
      for n in [1, 15, 16, 17, 33] {
        for first in [0, 1] {
          var choice = samples(.bool, count: 40)
          choice[0] = .int(first)
          try check(kernel, in: library, counts: [20, 40, 40, 2], symbols: [n], values: [1: choice])
        }
      }
    }
  }

  @Test func gatherThroughALoadedIndex() throws {
    let (n, extent) = symbolic("n")
    let indexTypes: [ElementType] = [.i64, .i32, .u8]
    let kernels = indexTypes.map { type in
      let builder = KernelBuilder(name: "gather_\(type)", symbols: [n])
      let table = builder.addBuffer("table", .f32, .input)
      let indices = builder.addBuffer("indices", type, .input)
      let output = builder.addBuffer("y", .f32, .output)
      builder.loop(extent, .vector) { v in
        let row = builder.bind(builder.load(indices, at: v), upper: 9)
        builder.loop(3) { k in builder.store(builder.load(table, at: row * 3 + k), output, at: v * 3 + k) }
      }
      return builder.finish()
    }
    let library = try KernelLibrary(kernels)
    for kernel in kernels {
      for n in [0, 1, 16, 33] {
        let rows = (0..<40).map { Scalar.int($0 * 7 % 10) }
        try check(kernel, in: library, counts: [30, 40, 120], symbols: [n], values: [1: rows])
      }
    }
  }

  @Test func branchesAndSerialLoops() throws {
    let (n, extent) = symbolic("n")
    let builder = KernelBuilder(name: "branches", symbols: [n])
    let x = builder.addBuffer("x", .f32, .input)
    let flags = builder.addBuffer("flags", .bool, .input)
    let y = builder.addBuffer("y", .f32, .output)
    builder.loop(3) { i in
      let flag = builder.load(flags, at: i)
      builder.loop(extent, .vector) { v in
        builder.conditional(flag) {
          builder.store(builder.load(x, at: v), y, at: i * 40 + v)
        } else: {
          builder.store(builder.convert(builder.index(v * 2 + i), to: .f32), y, at: i * 40 + v)
        }
      }
    }
    let kernel = builder.finish()
    let library = try KernelLibrary([kernel])
    for n in [0, 1, 16, 33] {
      try check(
        kernel, in: library, counts: [40, 3, 120], symbols: [n], values: [1: [.int(1), .int(0), .int(1)]])
    }
  }

  @Test func localArrays() throws {
    // A row softmax-like kernel: exponentials in a local array, their sum, the quotient.
    let kernels = [1, 10, 16, 17, 40].flatMap { width in
      [ElementType.f32, .f64].map { type in
        let builder = KernelBuilder(name: "softmax_\(width)_\(type)")
        let x = builder.addBuffer("x", type, .input)
        let y = builder.addBuffer("y", type, .output)
        let row = builder.addBuffer("row", type, .local(count: width))
        let sum = builder.addBuffer("sum", type, .local(count: 1))
        builder.grid(5) { g in
          builder.store(builder.floating(0, type), sum, at: 0)
          builder.loop(IntegerExpression(width), .vector) { v in
            let e = builder.unary(.exp, builder.load(x, at: g * IntegerExpression(width) + v))
            builder.store(e, row, at: v)
            builder.accumulate(.sum, e, sum, at: 0)
          }
          let total = builder.load(sum, at: 0)
          builder.loop(IntegerExpression(width), .unrolledVector) { v in
            builder.store(
              builder.binary(.divide, builder.load(row, at: v), total), y,
              at: g * IntegerExpression(width) + v)
          }
        }
        return builder.finish()
      }
    }
    let library = try KernelLibrary(kernels)
    for kernel in kernels {
      let values = (0..<200).map { Scalar.float(Double($0 * 13 % 17) / 8 - 1) }
      try check(kernel, in: library, counts: [200, 200], values: [0: values, 1: values], tolerance: 3e-6)
    }
  }
}
