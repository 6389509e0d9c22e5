import DLCodeGen
import DLGraph
import DLLoops
import Testing

/// Every instruction on every type, in vector loops of extents around the vector width.
@Suite struct ElementwiseTests {
  static let extents = [0, 1, 7, 15, 16, 17, 33, 100]

  /// A kernel that computes one element from elements of its inputs at the same place, with an open extent.
  static func kernel(
    _ name: String, _ inputs: [ElementType], _ output: ElementType, kind: Loop.Kind = .vector,
    extent: IntegerExpression = IntegerExpression(Symbol("n")), _ body: (KernelBuilder, [Local]) -> Local
  ) -> Kernel {
    let builder = KernelBuilder(name: name, symbols: extent.symbols)
    let buffers = inputs.enumerated().map { builder.addBuffer("in\($0)", $1, .input) }
    let result = builder.addBuffer("out", output, .output)
    builder.loop(extent, kind) { index in
      let value = body(builder, buffers.map { builder.load($0, at: index) })
      builder.store(value, result, at: index)
    }
    return builder.finish()
  }

  func checkAll(_ kernels: [Kernel], tolerance: Double? = nil) throws {
    let library = try KernelLibrary(kernels)
    for kernel in kernels {
      for extent in Self.extents {
        let counts = kernel.arguments.map { _ in extent }
        try check(kernel, in: library, counts: counts, symbols: [extent], tolerance: tolerance)
      }
    }
  }

  @Test func binaryFunctions() throws {
    var kernels: [Kernel] = []
    for function in BinaryFunction.allCases where ![.power, .atan2].contains(function) {
      for type in ElementType.allCases where function.accepts(type) {
        kernels.append(
          Self.kernel("\(function.rawValue)_\(type)", [type, type], type) {
            $0.binary(function, $1[0], $1[1])
          })
      }
    }
    try checkAll(kernels)
  }

  @Test func powerAndArcTangent() throws {
    var kernels: [Kernel] = []
    for function in [BinaryFunction.power, .atan2] {
      for type in ElementType.allCases where function.accepts(type) {
        kernels.append(
          Self.kernel("\(function.rawValue)_\(type)", [type, type], type) {
            $0.binary(function, $1[0], $1[1])
          })
      }
    }
    try checkAll(kernels)
  }

  @Test func unaryFunctions() throws {
    var kernels: [Kernel] = []
    for function in UnaryFunction.allCases {
      for type in ElementType.allCases where function.accepts(type) {
        kernels.append(
          Self.kernel("\(function.rawValue)_\(type)", [type], type) { $0.unary(function, $1[0]) })
      }
    }
    try checkAll(kernels)
  }

  @Test func comparisons() throws {
    var kernels: [Kernel] = []
    for comparison in Comparison.allCases {
      for type in ElementType.allCases {
        kernels.append(
          Self.kernel("\(comparison.rawValue)_\(type)", [type, type], .bool) {
            $0.compare(comparison, $1[0], $1[1])
          })
      }
    }
    try checkAll(kernels)
  }

  @Test func conversions() throws {
    var kernels: [Kernel] = []
    for source in ElementType.allCases {
      for target in ElementType.allCases {
        kernels.append(
          Self.kernel("\(source)_to_\(target)", [source], target) { $0.convert($1[0], to: target) })
      }
    }
    try checkAll(kernels)
  }

  @Test func multiplyAddAndSelect() throws {
    var kernels: [Kernel] = []
    for type in ElementType.allCases {
      if type != .bool {
        kernels.append(
          Self.kernel("multiply_add_\(type)", [type, type, type], type) {
            $0.multiplyAdd($1[0], $1[1], $1[2])
          })
      }
      kernels.append(
        Self.kernel("select_\(type)", [.bool, type, type], type) { $0.select($1[0], $1[1], $1[2]) })
    }
    try checkAll(kernels, tolerance: 1e-2)
  }

  @Test func everyKindOfLoop() throws {
    var kernels: [Kernel] = []
    for kind in [Loop.Kind.serial, .vector, .unrolled, .unrolledVector] {
      for extent in [1, 7, 16, 17, 33] {
        for type in [ElementType.f32, .i8, .f64, .bool] {
          kernels.append(
            Self.kernel(
              "\(kind.rawValue)_\(extent)_\(type)", [type, type], type, kind: kind,
              extent: IntegerExpression(extent)
            ) {
              $0.binary(.maximum, $1[0], $1[1])
            })
        }
      }
    }
    let library = try KernelLibrary(kernels)
    for kernel in kernels { try check(kernel, in: library, counts: [40, 40, 40]) }
  }
}
