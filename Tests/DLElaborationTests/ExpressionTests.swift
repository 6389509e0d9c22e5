import DLGraph
import Testing

/// What expressions on tensors compute.
struct ExpressionTests {
  @Test func numbersTakeTheTypeOfTheTensor() throws {
    let values = try results(
      "return (f16(1.5) * 2, i32(7) + 1, i32(7) * 0.5, i64(3) / 2, floor_divide(i64(7), 2))")
    #expect(values.map(\.elementType) == [.f16, .i32, .f32, .f32, .i64])
    #expect(values.map(\.numbers) == [[3], [8], [3.5], [1.5], [3]])
  }

  @Test func shapesBroadcast() throws {
    #expect(
      try shapes("return (zeros(2, 1, 3) + zeros(4, 1), zeros(3) * 2.0, zeros(1) + zeros(0))") == [
        [2, 4, 3], [3], [0],
      ])
    #expect(try run("return tensor([[1], [2]]) + tensor([10, 20, 30])") == [[11, 21, 31, 12, 22, 32]])
  }

  @Test func comparisonsAndLogic() throws {
    #expect(try run("let x = iota(5)\nreturn (x >= 2) & (x != 3) | ~(x < 4)") == [[0, 0, 1, 0, 1]])
    #expect(try run("let x = iota(4)\nreturn where(x % 2 == 0, x, -1)") == [[0, -1, 2, -1]])
    #expect(
      try run("return (i64(6) & 3, i64(6) | 1, i64(6) ^ 3, i64(1) << 4, i64(-8) >> 1)") == [
        [2], [7], [5], [16], [-4],
      ])
  }

  @Test func matrixProducts() throws {
    let declarations = "func m(a: Int, b: Int) -> Tensor { return (iota(a * b, type: f32)).reshape(a, b) }"
    #expect(try run("return m(2, 3) @ m(3, 2)", declarations: declarations) == [[10, 13, 28, 40]])
    #expect(
      try run(
        "return (m(2, 3) @ iota(3, type: f32), iota(2, type: f32) @ m(2, 3))", declarations: declarations)
        == [[5, 14], [3, 4, 5]])
    #expect(try run("return iota(3, type: f32) @ iota(3, type: f32)", declarations: declarations) == [[5]])
    #expect(
      try shapes(
        "return (zeros(5, 1, 2, 3) @ zeros(4, 3, 6), zeros(2, 3) @ zeros(7, 3, 6), zeros(3) @ zeros(7, 3, 6), zeros(7, 2, 3) @ zeros(3))"
      )
        == [[5, 4, 2, 6], [7, 2, 6], [7, 6], [7, 2]])
    #expect(
      try run("return einsum(\"ij,kj->ki\", m(2, 3), m(2, 3))", declarations: declarations) == [
        [5, 14, 14, 50]
      ])
    #expect(
      try run(
        "return (einsum(\"ij->j\", m(2, 3)), einsum(\"ij->ji\", m(2, 3)), einsum(\"bi,bi->b\", m(2, 2), m(2, 2)))",
        declarations: declarations) == [[3, 5, 7], [0, 3, 1, 4, 2, 5], [1, 13]])
  }

  @Test func productsOfBytesAreWide() throws {
    let values = try results(
      "return (full([1, 3], 100, type: i8) @ full([3, 1], 200, type: u8), i8(3) * i8(100))")
    #expect(values.map(\.elementType) == [.i32, .i8])
    #expect(values.map(\.numbers) == [[60000], [44]])
  }

  @Test func indexing() throws {
    let declarations = "func x() -> Tensor { return iota(24).reshape(2, 3, 4) }"
    func check(_ index: String, _ shape: [Int], _ numbers: [Double]) throws {
      let result = try results("return x()[\(index)]", declarations: declarations)[0]
      #expect(result.shape == shape && result.numbers == numbers, "\(index)")
    }
    try check("1, 2, 3", [], [23])
    try check("-1, ..., 0", [3], [12, 16, 20])
    try check("..., 1:3", [2, 3, 2], [1, 2, 5, 6, 9, 10, 13, 14, 17, 18, 21, 22])
    try check("0, :, ::2", [3, 2], [0, 2, 4, 6, 8, 10])
    try check("0, 0, ::-1", [4], [3, 2, 1, 0])
    try check("0, 0, 2:0:-1", [2], [2, 1])
    try check("0, nil, 0, -2:", [1, 2], [2, 3])
    try check("0, 0, 3:100", [1], [3])
    try check("0, 0, 3:1", [0], [])
    try check("0, [2, 0], 1", [2], [9, 1])
    try check("0, tensor([-1, 1]), 0:2", [2, 2], [8, 9, 4, 5])
    try check(":, i64(1)", [2, 4], [4, 5, 6, 7, 16, 17, 18, 19])
  }

  @Test func openExtents() throws {
    let module = try elaborate(
      """
      model Test {
        dim T in 1...16
        func main(x: f32[B, T, 6]) -> f32[B, 3, T, 2] {
          let tail = x[:, -1] + x[:, T - 1, :] + zeros(16, 6)[:T].sum(axis: 0)
          return (x + tail[:, nil]).reshape(B, T, 3, -1).transpose(1, 2)
        }
      }
      """)
    let graph = module.graphs[0]
    #expect(graph.symbols.map(\.name) == ["B", "T"])
    #expect(graph.symbols[1].upper?.constantValue == 16)
  }

  @Test func reductions() throws {
    let x = "let x = tensor([[1.0, 2.0, 6.0], [4.0, 4.0, 4.0]])\n"
    #expect(
      try run(x + "return (x.sum(), x.mean(axis: 1), x.max(axis: 0), x.min(axis: -1, keepdims: true))") == [
        [21], [3, 4], [4, 4, 6], [1, 4],
      ])
    #expect(
      try run(
        x
          + "return (x.variance(axis: 1), x.variance(axis: 1, correction: 0), x.argmax(axis: 1), x.argmin(), x.prod(axis: 0))"
      ) == [[7, 0], [14.0 / 3, 0].map { Double(Float($0)) }, [2, 0], [0], [4, 8, 24]])
    #expect(
      try run(x + "return ((x > 3).any(axis: 0), (x > 3).all(), (x > 3).sum(), sum(x, axis: [0, 1]))") == [
        [1, 1, 1], [0], [4], [21],
      ])
    #expect(try run("return tensor([1000.0, 1000.0]).logsumexp() - 1000")[0][0] - 0.6931472 < 1e-4)
  }

  @Test func shapeFunctions() throws {
    #expect(
      try shapes(
        """
        let x = zeros(2, 3, 4)
        let (a, b) = x.split([1, 3], axis: 2)
        return (x.reshape(6, -1), x.flatten(1), x.permute(2, 0, 1), x.unsqueeze(-1), x[:, 0:1].squeeze(1), x.T, a, b,
          concat([a, b], axis: 2), stack([x, x], axis: 1), x.repeat(2, axis: 1), zeros(1, 4).expand(3, -1),
          pad(x, [(0, 0), (1, 2), (0, 1)]), x.chunk(3, axis: 2)[1], x.narrow(2, 1, 2))
        """) == [
          [6, 4], [2, 12], [4, 2, 3], [2, 3, 4, 1], [2, 4], [2, 4, 3], [2, 3, 1], [2, 3, 3], [2, 3, 4],
          [2, 2, 3, 4],
          [2, 6, 4], [3, 4], [2, 6, 5], [2, 3, 2], [2, 3, 2],
        ])
    #expect(
      try run(
        "return (tensor([1, 2]).repeat(2, 0), tensor([1, 2, 3]).flip(0), tril(ones(2, 2)), triu(ones(2, 2), 1))"
      ) == [[1, 1, 2, 2], [3, 2, 1], [1, 0, 1, 1], [0, 1, 0, 0]])
  }

  @Test func newTensors() throws {
    #expect(
      try run(
        "return (arange(2, 9, 3), arange(5, 0, -2), full([2], 7), one_hot(tensor([1, 0]), 3), ones(2, type: i8), full([1], true))"
      )
        == [[2, 5, 8], [5, 3, 1], [7, 7], [0, 1, 0, 1, 0, 0], [1, 1], [1]])
    #expect(
      try run("return (f32(inf), bf16(1.00390625), i8(300), u8(-1), bool(2), i32(2.9))") == [
        [.infinity], [1], [44], [255], [1], [2],
      ])
  }

  @Test func listsBecomeConstants() throws {
    let module = try elaborate("model M { func f() -> f32[2, 2] { return tensor([[1, 2.5], [3, -1]]) } }")
    #expect(module.graphs[0].nodes.map(\.operation.name) == ["constant"])
    #expect(
      try shapes("return (tensor([]), tensor([[1], [2]]), tensor([iota(2), iota(2)]))") == [
        [0], [2, 1], [2, 2],
      ])
    #expect(
      try results("return (tensor([true]), tensor([1]), tensor([1, 2.5]))").map(\.elementType) == [
        .bool, .i64, .f32,
      ])
  }

  @Test func halfPrecisionMeansDoNotOverflow() throws {
    let values = try results("let x = full([70000], 2, type: f16)\nreturn (x.mean(), x.std(), x.logsumexp())")
    #expect(values.map(\.elementType) == [.f16, .f16, .f16])
    #expect(values[0].numbers == [2] && values[1].numbers == [0])
  }

  @Test func severalIndexTensors() throws {
    #expect(
      try run(
        """
        let x = iota(24).reshape(2, 3, 4)
        let (i, j) = (tensor([1, 0, -1]), tensor([2, -3, 9]))
        return (x[i, j][:, 0], x[iota(2), [2, 1], 3], x[:, [[0], [2]], [1, 3]], x[1, i, j], x[..., i, j][0],
          x[tensor([1]), i, i32(j)])
        """) == [
          [20, 0, 20], [11, 19], [1, 3, 9, 11, 13, 15, 21, 23], [18, 13, 23], [6, 1, 11], [18, 13, 23],
        ])
    #expect(
      try shapes(
        "let x = zeros(2, 3, 4, 5)\nreturn (x[:, tensor([[0], [1]]), tensor([0, 1, 2])], x[nil, 0, tensor([1]), [2]])"
      )
        == [[2, 2, 3, 5], [1, 1, 5]])
  }

  @Test func gathersAndOrder() throws {
    #expect(
      try run(
        """
        let x = tensor([[3, 1, 2], [9, 7, 8]])
        let (values, places) = x.topk(2)
        let (ascending, order) = x.sort(axis: 1)
        return (values, places, ascending, order, x.cumsum(1), x.gather(1, tensor([[2], [0]])), x.take([1, 0], 0),
          zeros(4, type: i64).scatter(0, [1, 1, 3], tensor([1, 2, 3]), reduce: "sum"))
        """) == [
          [3, 2, 9, 8], [0, 2, 0, 2], [1, 2, 3, 7, 8, 9], [1, 2, 0, 1, 2, 0], [3, 4, 6, 9, 16, 24], [2, 9],
          [9, 7, 8, 3, 1, 2], [0, 3, 0, 3],
        ])
    #expect(
      try run(
        "let x = iota(6)\nreturn (x.dynamic_slice([i64(4)], [3]), x.dynamic_update(tensor([9, 9]), [i64(1)]))"
      )
        == [[3, 4, 5], [0, 9, 9, 3, 4, 5]])
  }
}
