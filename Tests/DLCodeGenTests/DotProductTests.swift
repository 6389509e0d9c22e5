import DLCodeGen
import DLGraph
import DLLoops
import DLTestSupport
import Testing

/// Sums of products of the elements of words.
@Suite struct DotProductTests {
  /// `c[i] = d[i] + Σ a[n i + k] b[n i + k]`, with the `n` elements of a word.
  private static func kernel(_ product: DotProduct, _ types: (ElementType, ElementType), extent: Int)
    -> Kernel
  {
    let builder = KernelBuilder(name: "dot_\(product.rawValue)_\(extent)")
    let a = builder.addBuffer("a", types.0, .input)
    let b = builder.addBuffer("b", types.1, .input)
    let d = builder.addBuffer("d", product.sum, .input)
    let c = builder.addBuffer("c", product.sum, .output)
    builder.loop(IntegerExpression(extent), .vector) { i in
      let place = i * IntegerExpression(product.elementCount)
      let sum = builder.dotProduct(
        product, builder.loadWord(a, at: place), builder.loadWord(b, at: place), builder.load(d, at: i))
      builder.store(sum, c, at: i)
    }
    return builder.finish()
  }

  private static let kernels = [1, 4, 8, 16, 37].flatMap { extent in
    [
      kernel(.bytes, (.u8, .i8), extent: extent), kernel(.boundedBytes, (.u8, .i8), extent: extent),
      kernel(.bfloats, (.bf16, .bf16), extent: extent),
    ]
  }

  @Test(arguments: ["host", "skylake-avx512", "x86-64-v3", "x86-64"])
  func wordsAreMultiplied(name: String) throws {
    let target = try #require(TargetDescription.named(name))
    guard target.runsHere else { return }
    let library = try KernelLibrary(Self.kernels, target: target)
    for kernel in Self.kernels {
      let isFloating = kernel.buffers[0].elementType == .bf16
      let values = (0..<160).map { Scalar.float(Double($0 * 29 % 31) / 16 - 1) }
      let small = (0..<160).map { Scalar.int([-64, 64, 3, -127, -1][$0 % 5]) }
      let isBounded = kernel.name.contains("bounded")
      try check(
        kernel, in: library, counts: [160, 160, 40, 40],
        values: isFloating ? [0: values, 1: values, 2: values] : isBounded ? [1: small] : [:],
        tolerance: isFloating ? 1e-5 : nil)
    }
  }

  @Test(arguments: ["host", "x86-64-v3"])
  func fourBitsChooseFromTables(name: String) throws {
    let target = try #require(TargetDescription.named(name))
    let tables: [[Float]] = [(0..<16).map { Float($0) - 8 }, (0..<16).map { Float($0 * $0) / 3 }]
    let kernels = tables.enumerated().map { index, table in
      let builder = KernelBuilder(name: "lookup\(index)")
      let a = builder.addBuffer("a", .u8, .input)
      let b = builder.addBuffer("b", .f32, .output)
      builder.loop(37, .vector) { i in
        builder.store(builder.lookup(table, builder.convert(builder.load(a, at: i), to: .i32)), b, at: i)
      }
      return builder.finish()
    }
    let library = try KernelLibrary(kernels, target: target)
    for kernel in kernels { try check(kernel, in: library, counts: [40, 40]) }
  }

  /// Every target has its own instruction, and those that saturate only multiply what is bounded.
  @Test func instructionsOfTargets() throws {
    for (name, instructions) in [
      ("znver4", ["vpdpbusd", "vpdpbusd", "vdpbf16ps"]), ("x86-64-v4", ["vpmaddwd", "vpmaddubsw", "vfmadd"]),
      ("x86-64-v3", ["vpmaddwd", "vpmaddubsw", "vfmadd"]), ("aarch64-v8.2", ["sdot", "sdot", "fmla"]),
    ] {
      let target = try #require(TargetDescription.named(name))
      for (kernel, instruction) in zip(Self.kernels.suffix(3), instructions) {
        let text = try CodeGenerator(target: target).emit(KernelLibrary.program([kernel])).assembly()
        #expect(text.contains(instruction), "\(name) \(kernel.name)")
        #expect(text.contains("maddubs") == (instruction == "vpmaddubsw"))
      }
    }
  }
}
