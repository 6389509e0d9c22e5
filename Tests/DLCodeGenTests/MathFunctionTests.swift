import DLCodeGen
import DLGraph
import DLLoops
import DLTestSupport
import Foundation
import Testing

/// The error of the vector functions of f32 against libm in double precision, over a dense sweep of all floats.
///
/// `docs/math.md` holds the table; `DLC_MATH_STEP=1` sweeps every float.
@Suite struct MathFunctionTests {
  /// The largest error allowed, in units of the last place.
  static let bounds: [(UnaryFunction, Double)] = [
    (.exp, 1.5), (.expm1, 2), (.log, 1.5), (.log1p, 2), (.sigmoid, 2), (.tanh, 2.5), (.erf, 2), (.sin, 1.5),
    (.cos, 1.5),
    (.tan, 3.5), (.rsqrt, 1.5), (.sqrt, 0.5),
  ]

  private var step: Int { ProcessInfo.processInfo.environment["DLC_MATH_STEP"].flatMap { Int($0) } ?? 4099 }

  /// Floats of both signs at regular distances of their bit patterns, with all kinds of specials.
  private func sweep() -> [Float] {
    var values: [Float] = [
      0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
    ]
    for pattern in stride(from: 0, to: 0x7f80_0000, by: step) {
      let value = Float(bitPattern: UInt32(pattern))
      values.append(value)
      values.append(-value)
    }
    return values
  }

  @Test func everyFunctionStaysWithinItsBound() throws {
    let kernels = Self.bounds.map { function, _ in
      ElementwiseTests.kernel(function.rawValue, [.f32], .f32) { $0.unary(function, $1[0]) }
    }
    let libraries = try targets().map { ($0.cpu, try KernelLibrary(kernels, target: $0)) }
    let values = sweep()
    let input = values.withUnsafeBytes { [UInt8]($0) }
    for (cpu, library) in libraries {
      for (function, bound) in Self.bounds {
        var buffers = [input, [UInt8](repeating: 0, count: input.count)]
        try library.run(function.rawValue, &buffers, symbols: [values.count])
        let worst = error(of: buffers[1], values) { referenceValue(function, Double($0)) }
        #expect(worst.ulp <= bound, "\(cpu) \(function.rawValue)(\(worst.at))")
        report("\(cpu) \(function.rawValue) \(worst.ulp) at \(worst.at)")
      }
    }
  }

  @Test func functionsOfTwoStayWithinTheirBounds() throws {
    let functions: [(BinaryFunction, Double)] = [(.power, 1), (.atan2, 3)]
    let kernels = functions.map { function, _ in
      ElementwiseTests.kernel(function.rawValue, [.f32, .f32], .f32) { $0.binary(function, $1[0], $1[1]) }
    }
    let some = sweep().enumerated().filter { $0.offset % 997 < 2 || $0.offset < 7 }.map(\.element)
    let near: [Float] = (0..<200).map { Float($0) / 16 - 6 }
    let axis = some + near
    let pairs = axis.flatMap { a in axis.map { (a, $0) } }
    let inputs = [pairs.map(\.0), pairs.map(\.1)].map { $0.withUnsafeBytes { [UInt8]($0) } }
    for target in targets() {
      let library = try KernelLibrary(kernels, target: target)
      for (function, bound) in functions {
        var buffers = inputs + [[UInt8](repeating: 0, count: inputs[0].count)]
        try library.run(function.rawValue, &buffers, symbols: [pairs.count])
        var index = 0
        let worst = error(of: buffers[2], pairs.map(\.0)) { x in
          defer { index += 1 }
          let y = Double(pairs[index].1)
          return function == .power ? pow(Double(x), y) : atan2(Double(x), y)
        }
        #expect(worst.ulp <= bound, "\(target.cpu) \(function.rawValue)(\(worst.at), …)")
        report("\(target.cpu) \(function.rawValue) \(worst.ulp) at \(worst.at)")
      }
    }
  }

  /// The host, and what it can run of the smaller sets of instructions.
  private func targets() -> [TargetDescription] {
    [TargetDescription.host]
      + ["x86-64-v4", "x86-64-v3", "x86-64"].compactMap { TargetDescription.named($0) }
      .filter(\.runsHere)
  }

  private func report(_ line: String) {
    if ProcessInfo.processInfo.environment["DLC_MATH_REPORT"] != nil { print(line) }
  }

  private func error(
    of bytes: [UInt8], _ inputs: [Float], _ reference: (Float) -> Double
  ) -> (ulp: Double, at: Float) {
    bytes.withUnsafeBytes { memory in
      let results = memory.bindMemory(to: Float.self)
      var worst = (ulp: 0.0, at: Float(0))
      for (index, input) in inputs.enumerated() {
        let error = distance(results[index], reference(input))
        if error > worst.ulp { worst = (error, input) }
      }
      return worst
    }
  }

  /// The distance in units of the last place of the exact result; infinite where a special value is wrong.
  private func distance(_ found: Float, _ exact: Double) -> Double {
    let expected = Float(exact)
    if expected.isNaN || found.isNaN { return expected.isNaN == found.isNaN ? 0 : .infinity }
    if found == expected { return found == 0 && found.sign != expected.sign && exact == 0 ? .infinity : 0.5 }
    if expected.isInfinite || found.isInfinite {
      return abs(exact) > 3.4e38 && abs(Double(found)) > 3.4e38 ? 1 : .infinity
    }
    let unit = Double(max(expected.magnitude, .leastNormalMagnitude).ulp)
    return abs(Double(found) - exact) / unit
  }
}
