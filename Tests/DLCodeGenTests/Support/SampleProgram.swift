import DLGraph
import DLLoops

/// A program with all there is: an open dimension, weights, a state, a workspace, a loop of steps and a while loop.
///
/// `step(x: f32[N, 4]) -> (y: f32[N, 4], count: i64[1])` computes, three times, `y = x * w + b`, adds the sum of y to
/// `total`, and counts how often 10 can be added to a counter before it reaches `limit`.
enum SampleProgram {
  static let weights: [Float] = [1, 2, 3, 4]
  static let bias: [Float] = [0.5, 0, -0.5, 1]

  static func make(name: String = "sample") -> Program {
    let n = Symbol("N", lower: 1, upper: 64)
    var program = Program(name: name)
    program.kernels = [scale(n), sum(n), compare, increment]
    program.states = [Module.State(name: "total", type: TensorType(.f32, [1]))]
    let matrix = TensorType(.f32, [IntegerExpression(n), 4])
    var function = ProgramFunction(
      name: "step", symbols: [n],
      inputs: [.init(name: "x", type: matrix), .init(name: "limit", type: TensorType(.i64, [1]))],
      outputs: [.init(name: "y", type: matrix), .init(name: "count", type: TensorType(.i64, [1]))])
    let w = program.weights.place(Literal(.f32, shape: [4], elements: weights))
    let b = program.weights.place(Literal(.f32, shape: [4], elements: bias))
    function.workspaceByteCount = 128
    function.buffers = [
      ProgramBuffer(name: "x", elementType: .f32, location: .input(0)),
      ProgramBuffer(name: "limit", elementType: .i64, location: .input(1)),
      ProgramBuffer(name: "y", elementType: .f32, location: .output(0)),
      ProgramBuffer(name: "count", elementType: .i64, location: .output(1)),
      ProgramBuffer(name: "total", elementType: .f32, location: .state(0)),
      ProgramBuffer(name: "w", elementType: .f32, location: .weights(w)),
      ProgramBuffer(name: "b", elementType: .f32, location: .weights(b)),
      ProgramBuffer(name: "flag", elementType: .bool, location: .workspace(64)),
    ]
    let extent = IntegerExpression(n)
    let row = Symbol("row", lower: 0, upper: 2)
    function.steps = [
      .loop(
        row, extent: 3,
        [
          .launch(kernel: 0, arguments: views(0, 5, 6, 2), symbols: [extent])
        ]),
      .launch(kernel: 1, arguments: views(2, 4), symbols: [extent]),
      .whileLoop(
        condition: [.launch(kernel: 2, arguments: views(3, 1, 7), symbols: [])], flag: BufferView(buffer: 7),
        body: [.launch(kernel: 3, arguments: views(3), symbols: [])]),
    ]
    program.functions = [function]
    return program
  }

  private static func views(_ buffers: Int...) -> [BufferView] { buffers.map { BufferView(buffer: $0) } }

  private static func scale(_ n: Symbol) -> Kernel {
    let builder = KernelBuilder(name: "scale", symbols: [n])
    let x = builder.addBuffer("x", .f32, .input)
    let w = builder.addBuffer("w", .f32, .input)
    let b = builder.addBuffer("b", .f32, .input)
    let y = builder.addBuffer("y", .f32, .output)
    builder.grid(IntegerExpression(n), grain: 2) { g in
      builder.loop(4, .vector) { v in
        let product = builder.multiplyAdd(
          builder.load(x, at: g * 4 + v), builder.load(w, at: v), builder.load(b, at: v))
        builder.store(product, y, at: g * 4 + v)
      }
    }
    return builder.finish()
  }

  private static func sum(_ n: Symbol) -> Kernel {
    let builder = KernelBuilder(name: "sum", symbols: [n])
    let y = builder.addBuffer("y", .f32, .input)
    let total = builder.addBuffer("total", .f32, .output)
    builder.loop(IntegerExpression(n) * 4, .vector) { v in
      builder.accumulate(.sum, builder.load(y, at: v), total, at: 0)
    }
    return builder.finish()
  }

  private static var compare: Kernel {
    let builder = KernelBuilder(name: "compare")
    let count = builder.addBuffer("count", .i64, .input)
    let limit = builder.addBuffer("limit", .i64, .input)
    let flag = builder.addBuffer("flag", .bool, .output)
    builder.store(builder.compare(.less, builder.load(count, at: 0), builder.load(limit, at: 0)), flag, at: 0)
    return builder.finish()
  }

  private static var increment: Kernel {
    let builder = KernelBuilder(name: "increment")
    let count = builder.addBuffer("count", .i64, .output)
    builder.accumulate(.sum, builder.integer(10, .i64), count, at: 0)
    return builder.finish()
  }
}
