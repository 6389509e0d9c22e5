import DLCodeGen
import DLGraph
import DLLoops
import Testing

/// The verifier, on kernels that are broken on purpose.
@Suite struct KernelVerificationTests {
  private func kernel(_ locals: [ElementType], _ body: Block) -> Kernel {
    var kernel = Kernel(
      name: "k", buffers: [Buffer("x", .f32, .input), Buffer("y", .f32, .output)], symbols: [Symbol("n")])
    kernel.locals = locals
    kernel.body = body
    return kernel
  }

  private let x = BufferID(0)
  private let y = BufferID(1)
  private let v = Symbol("v")
  private let w = Symbol("w")

  @Test func aValidKernelHasNoProblems() {
    #expect(
      kernel([.f32], [.define(Local(0), .floating(1, .f32)), .store(Local(0), y, at: 0, mask: nil)]).problems
        == [])
  }

  @Test func brokenKernelsAreFound() {
    let load = Statement.define(Local(0), .load(x, at: 0, mask: nil))
    let vectors = Statement.loop(
      Loop(v, extent: 4, kind: .vector, body: [.loop(Loop(w, extent: 4, kind: .vector, body: []))]))
    let index = Statement.define(Local(0), .index(IntegerExpression(v)))
    let cases: [(Kernel, String)] = [
      (kernel([.f32], [.store(Local(0), y, at: 0, mask: nil)]), "%0 is used where it is not defined"),
      (kernel([.f32], [load, load]), "%0 is defined twice"),
      (kernel([.i32], [load]), "%0 is i32 but its value f32"),
      (kernel([.f32], [load, .store(Local(0), x, at: 0, mask: nil)]), "the input x is written"),
      (kernel([.f32], [load, .store(Local(0), BufferID(7), at: 0, mask: nil)]), "there is no buffer 7"),
      (kernel([.f32], [load, .store(Local(0), y, at: 0, mask: Local(0))]), "a condition of type f32"),
      (kernel([.i64], [index]), "the symbol v is not known in v"),
      (kernel([], [vectors]), "the vector loop over w is inside another one"),
      (kernel([.f32, .f32], [load, .define(Local(1), .unary(.not, Local(0)))]), "not of f32"),
      (kernel([.f32], [load, .accumulate(.any, Local(0), y, at: 0)]), "any of f32"),
      (kernel([.f32], [load, .bind(v, Local(0))]), "v is bound to a f32"),
      (
        kernel(
          [],
          [
            .loop(
              Loop(v, extent: 4, kind: .serial, body: [.loop(Loop(v, extent: 4, kind: .serial, body: []))]))
          ]),
        "v counts two nested loops"
      ),
      (
        kernel(
          [.i64, .i64, .bool],
          [
            .loop(
              Loop(
                v, extent: 4, kind: .vector,
                body: [
                  index, .define(Local(1), .integer(1, .i64)),
                  .define(Local(2), .compare(.less, Local(0), Local(1))),
                  .conditional(Local(2), then: [], else: []),
                ]))
          ]), "a branch depends on a vector loop"
      ),
    ]
    for (kernel, expected) in cases { #expect(kernel.problems == [expected]) }
  }

  @Test func theCodeGeneratorRefusesABrokenKernel() {
    let broken = kernel([.f32], [.store(Local(0), y, at: 0, mask: nil)])
    let error = #expect(throws: CodeGenError.self) {
      try CodeGenerator(target: .host).emit(KernelLibrary.program([broken]))
    }
    #expect(error?.description == "internal error: kernel k: %0 is used where it is not defined")
  }
}
