import CDLRuntime
import DLCodeGen
import DLGraph
import DLLoops
import Foundation
import Testing

/// Entry points: shapes, symbols, states, loops of steps.
@Suite struct ProgramTests {
  @Test func theTextOfAProgramShowsItsParts() {
    let text = SampleProgram.make().description
    let expected = """
      program sample
      weights 80 bytes, 2 tensors
      state total: f32[1]

      kernel scale(x: in f32, w: in f32, b: in f32, y: out f32; N in 1...64) {
        grid g0 in 0..<N grain 2 {
          vector i1 in 0..<4 {
            %0 = load x[4 * g0 + i1]: f32
            %1 = load w[i1]: f32
            %2 = load b[i1]: f32
            %3 = multiply_add %0, %1, %2: f32
            y[4 * g0 + i1] = %3
          }
        }
      }

      kernel sum(y: in f32, total: out f32; N in 1...64) {
        vector i0 in 0..<4 * N {
          %0 = load y[i0]: f32
          total[0] sum= %0
        }
      }

      kernel compare(count: in i64, limit: in i64, flag: out bool) {
        %0 = load count[0]: i64
        %1 = load limit[0]: i64
        %2 = less %0, %1: bool
        flag[0] = %2
      }

      kernel increment(count: out i64) {
        %0 = 10: i64
        count[0] sum= %0
      }

      entry step(N in 1...64; x: f32[N, 4], limit: i64[1]) -> (y: f32[N, 4], count: i64[1]) workspace 128 {
        buffer x: f32 = input x
        buffer limit: i64 = input limit
        buffer y: f32 = output y
        buffer count: i64 = output count
        buffer total: f32 = state total
        buffer w: f32 = weights + 0
        buffer b: f32 = weights + 64
        buffer flag: bool = workspace + 64
        serial row in 0..<3 {
          scale(x, w, b, y; N)
        }
        sum(y, total; N)
        repeat {
          compare(count, limit, flag)
        }
        while flag {
          increment(count)
        }
      }

      """
    #expect(text == expected)
  }

  @Test func shapesAreComputedFromTheSymbols() throws {
    let n = Symbol("n", lower: 1, upper: 100)
    let extent = IntegerExpression(n)
    var program = Program(name: "shapes")
    program.functions = [
      ProgramFunction(
        name: "run", symbols: [n],
        inputs: [.init(name: "x", type: TensorType(.f32, [extent, 3]))],
        outputs: [.init(name: "y", type: TensorType(.f32, [(extent + 3).floorDivided(by: 4), extent * 2]))])
    ]
    let path = NSTemporaryDirectory() + "/dlc-shapes-\(UUID().uuidString).so"
    defer { unlink(path) }
    try CodeGenerator(target: .host).emit(program).write(.sharedLibrary, to: path)
    let handle = try #require(dlopen(path, RTLD_NOW))
    defer { dlclose(handle) }
    let model = try #require(dlsym(handle, "shapes_model")).assumingMemoryBound(to: dlc_model.self)
    let entry = try #require(dlc_model_entry(model, "run"))
    var dimensions = [Int64](repeating: 0, count: 4)
    var symbols: [Int64] = [10]
    entry.pointee.shapes(&symbols, &dimensions)
    #expect(dimensions == [10, 3, 3, 20])
    let output = entry.pointee.outputs[0]
    #expect(output.dimensions[0].extent == -1 && output.dimensions[0].symbol == -1)
    #expect(output.dimensions[0].maximum == 25 && output.dimensions[1].maximum == 200)
    #expect(entry.pointee.inputs[0].dimensions[0].symbol == 0)
    #expect(entry.pointee.inputs[0].dimensions[1].extent == 3)
    #expect(entry.pointee.symbols[0].minimum == 1 && entry.pointee.symbols[0].maximum == 100)
  }
}
