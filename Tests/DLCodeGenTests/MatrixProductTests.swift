import DLCodeGen
import DLGraph
import DLLoops
import DLTestSupport
import Foundation
import Testing

/// Register-tiled matrix products: a local array of accumulators, indexed by unrolled loops.
@Suite struct MatrixProductTests {
  /// `c[rows, width] = a[rows, depth] * panel[depth, width]`
  static func tile(rows: Int, width: Int, depth: Int, type: ElementType = .f32) -> Kernel {
    let builder = KernelBuilder(name: "tile_\(rows)x\(width)_\(type)")
    let (m, n) = (IntegerExpression(rows), IntegerExpression(width))
    let a = builder.addBuffer("a", type, .input)
    let b = builder.addBuffer("b", type, .input)
    let c = builder.addBuffer("c", type, .output)
    let accumulators = builder.addBuffer("accumulators", type, .local(count: rows * width))
    let zero = builder.floating(0, type)
    builder.loop(m, .unrolled) { i in
      builder.loop(n, .unrolledVector) { j in builder.store(zero, accumulators, at: i * n + j) }
    }
    builder.loop(IntegerExpression(depth)) { k in
      // Rows outside: a row's element is needed for one moment only, the columns stay in registers.
      builder.loop(m, .unrolled) { i in
        let row = builder.load(a, at: i * IntegerExpression(depth) + k)
        builder.loop(n, .unrolledVector) { j in
          let sum = builder.load(accumulators, at: i * n + j)
          let column = builder.load(b, at: k * n + j)
          builder.store(builder.multiplyAdd(row, column, sum), accumulators, at: i * n + j)
        }
      }
    }
    builder.loop(m, .unrolled) { i in
      builder.loop(n, .unrolledVector) { j in
        builder.store(builder.load(accumulators, at: i * n + j), c, at: i * n + j)
      }
    }
    return builder.finish()
  }

  @Test func tilesOfEveryHeight() throws {
    let kernels =
      (1...14).map { Self.tile(rows: $0, width: 32, depth: 20) }
      + [16, 48, 40].map { Self.tile(rows: 5, width: $0, depth: 9) }
      + [Self.tile(rows: 6, width: 16, depth: 20, type: .f64)]
    let library = try KernelLibrary(kernels)
    for kernel in kernels {
      let values = (0..<2000).map { Scalar.float(Double($0 * 29 % 31) / 16 - 1) }
      try check(
        kernel, in: library, counts: [2000, 2000, 2000], values: [0: values, 1: values], tolerance: 1e-5)
    }
  }

  /// The innermost loop of a 12x32 tile on AVX-512 must be multiply-adds from registers: a spill would cost a third.
  @Test func theInnerLoopKeepsItsAccumulatorsInRegisters() throws {
    let target = try #require(TargetDescription.named("x86-64-v4"))
    let model = try CodeGenerator(target: target).emit(
      KernelLibrary.program([Self.tile(rows: 12, width: 32, depth: 512)]))
    let lines = try model.assembly().split(separator: "\n").map { String($0) }
    let multiplyAdds = lines.indices.filter { lines[$0].contains("vfmadd") }
    let inner = lines[try #require(multiplyAdds.first)...(try #require(multiplyAdds.last))]
    #expect(multiplyAdds.count % 24 == 0)
    #expect(inner.contains { $0.contains("zmm") })
    #expect(!inner.contains { $0.contains("(%rsp)") })
  }
}
