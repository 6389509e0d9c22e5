import DLGraph
import DLLoops
import DLTestSupport
import Testing

/// Runs a kernel compiled and interpreted on the same data and expects the same results.
///
/// - Parameters:
///   - counts: the elements of every argument.
///   - values: the initial contents; samples of the type where there are none.
func check(
  _ kernel: Kernel, in library: KernelLibrary, counts: [Int], symbols: [Int] = [],
  values: [Int: [Scalar]] = [:],
  threads: Int = 0, tolerance: Double? = nil, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let arguments = Array(kernel.arguments)
  let initial = arguments.indices.map { index in
    values[index] ?? samples(arguments[index].elementType, count: counts[index], seed: UInt64(index + 1))
  }
  let expected = try KernelInterpreter.run(
    kernel, arguments: initial, symbols: Dictionary(uniqueKeysWithValues: zip(kernel.symbols, symbols)))
  var buffers = zip(arguments, initial).map { bytes($1, $0.elementType) }
  try library.run(kernel.name, &buffers, symbols: symbols, threads: threads)
  for (index, buffer) in arguments.enumerated() {
    let type = buffer.elementType
    for (position, (found, expected)) in zip(scalars(buffers[index], type), expected[index]).enumerated() {
      guard let expected, !agrees(found, expected, type, tolerance: tolerance) else { continue }
      Issue.record(
        "\(kernel.name) \(symbols): \(buffer.name)[\(position)] is \(found), expected \(expected)",
        sourceLocation: sourceLocation)
      return
    }
  }
}
