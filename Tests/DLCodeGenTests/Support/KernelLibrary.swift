import CDLRuntime
import DLCodeGen
import DLGraph
import DLLoops
import Foundation
import Testing

/// Kernels, compiled into one shared library and loaded.
final class KernelLibrary {
  private let kernels: [String: Kernel]
  private let handle: UnsafeMutableRawPointer
  private let model: UnsafePointer<dlc_model>

  /// The program whose entry points are the kernels, by their names.
  static func program(_ kernels: [Kernel]) -> Program {
    var program = Program(name: "kernels")
    program.kernels = kernels
    for (index, kernel) in kernels.enumerated() {
      var function = ProgramFunction(name: kernel.name, symbols: kernel.symbols, inputs: [], outputs: [])
      for buffer in kernel.arguments {
        let argument = ProgramFunction.Argument(name: buffer.name, type: TensorType(buffer.elementType, [1]))
        let location: ProgramBuffer.Location
        if buffer.space == .input {
          location = .input(function.inputs.count)
          function.inputs.append(argument)
        } else {
          location = .output(function.outputs.count)
          function.outputs.append(argument)
        }
        function.buffers.append(
          ProgramBuffer(name: buffer.name, elementType: buffer.elementType, location: location))
      }
      function.steps = [
        .launch(
          kernel: index, arguments: function.buffers.indices.map { BufferView(buffer: $0) },
          symbols: kernel.symbols.map { IntegerExpression($0) })
      ]
      program.functions.append(function)
    }
    return program
  }

  convenience init(_ kernels: [Kernel], target: TargetDescription = .host) throws {
    try self.init(Self.program(kernels), target: target)
  }

  init(_ program: Program, target: TargetDescription = .host) throws {
    kernels = Dictionary(uniqueKeysWithValues: program.kernels.map { ($0.name, $0) })
    let path = NSTemporaryDirectory() + "/dlc-test-\(UUID().uuidString).so"
    defer { unlink(path) }
    try CodeGenerator(target: target).emit(program).write(.sharedLibrary, to: path)
    handle = try #require(dlopen(path, RTLD_NOW | RTLD_LOCAL), "\(String(cString: dlerror()))")
    let symbol = try #require(dlsym(handle, "\(program.name)_model"))
    model = UnsafePointer(symbol.assumingMemoryBound(to: dlc_model.self))
  }

  deinit { dlclose(handle) }

  /// Runs an entry point on buffers in the order of the kernel's arguments; the written ones change.
  func run(
    _ name: String, _ buffers: inout [[UInt8]], symbols: [Int] = [], threads: Int = 0
  ) throws {
    let kernel = try #require(kernels[name])
    let entry = try #require(dlc_model_entry(model, name))
    var memory: [UnsafeMutableRawPointer] = []
    for bytes in buffers {
      // Exactly as large as needed, so that tools find accesses outside.
      let pointer = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 64)
      pointer.copyMemory(from: bytes, byteCount: bytes.count)
      memory.append(pointer)
    }
    defer { for pointer in memory { pointer.deallocate() } }
    let arguments = Array(zip(kernel.arguments, memory))
    var inputs = arguments.filter { $0.0.space == .input }.map { UnsafeRawPointer($0.1) as UnsafeRawPointer? }
    var outputs = arguments.filter { $0.0.space == .output }.map { $0.1 as UnsafeMutableRawPointer? }
    var values = symbols.map { Int64($0) }
    let pool = threads == 0 ? nil : dlc_pool_create(Int32(threads))
    defer { dlc_pool_destroy(pool) }
    var executor = pool.map { dlc_pool_executor($0) } ?? dlc_executor()
    withUnsafePointer(to: &executor) { executor in
      var call = dlc_call()
      inputs.withUnsafeMutableBufferPointer { inputs in
        outputs.withUnsafeMutableBufferPointer { outputs in
          values.withUnsafeMutableBufferPointer { values in
            call.inputs = UnsafePointer(inputs.baseAddress)
            call.outputs = UnsafePointer(outputs.baseAddress)
            call.symbols = UnsafePointer(values.baseAddress)
            call.executor = threads == 0 ? nil : executor
            entry.pointee.run(&call)
          }
        }
      }
    }
    for (index, pointer) in memory.enumerated() {
      buffers[index] = [UInt8](UnsafeRawBufferPointer(start: pointer, count: buffers[index].count))
    }
  }
}
