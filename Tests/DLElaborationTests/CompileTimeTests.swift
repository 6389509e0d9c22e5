import DLElaboration
import DLGraph
import Testing

/// What is computed while a model is elaborated.
struct CompileTimeTests {
  @Test func arithmetic() throws {
    let body =
      "return (7 / 2, -7 / 2, -7 % 3, 2 ** 10, 7.0 / 2, 2 ** -1, 6 & 3, 1 << 4, min(3, 1, 2), max([1, 5]), abs(-3), floor(2.5), int(2.9), sqrt(16))"
    #expect(try run(body) == [[3], [-4], [2], [1024], [3.5], [0.5], [2], [16], [1], [5], [3], [2], [2], [4]])
  }

  @Test func listsAndClosures() throws {
    #expect(
      try run(
        """
        let squares = [i * i for i in 0..<5 if i != 2]
        let pairs = squares.map { $0 + 1 }.zip(range(4)).map { (a, b) in a * b }
        let total = pairs.reduce(0) { $0 + $1 }
        let (first, rest) = (pairs[0], pairs[1:])
        return (total, len(squares), squares[-1], first, rest[0], [1, 2] == [1, 2] ? 1 : 0, reversed(squares)[0],
          enumerate(squares)[1].1, (squares + [7]).count, squares.filter { $0 > 3 }[0], ([0] * 3).count)
        """) == [[73], [4], [16], [0], [2], [1], [16], [1], [5], [9], [3]])
  }

  @Test func controlFlow() throws {
    #expect(
      try run(
        """
        var x = i64(1)
        for (i, name) in ["a", "b", "c"].enumerate() {
          if name == "b" { x = x * 10 } else if i == 2 && !false { x = x + 5 } else { x = x + 1 }
        }
        return x
        """) == [[25]])
  }

  @Test func functionsCheckAndDefault() throws {
    let declarations = """
      const scale: Float = 2
      func f(x: f32[n, m], y: f32[m, 2 * k], factor: Float = scale) -> f32[n, k] {
        return (x @ y)[:, :k] * factor
      }
      func g(x: Tensor) -> Tensor {
        for i in 0..<3 { if i == 1 { return x * i } }
        return x
      }
      """
    #expect(
      try run(
        "return (f(ones(1, 3), ones(3, 4)), f(ones(1, 3), factor: 1, y: ones(3, 2)), g(f32(7)))",
        declarations: declarations)
        == [[6, 6], [3], [7]])
  }

  @Test func hyperparametersAndFixedSymbols() throws {
    let text = """
      model Test(width: Int = 4, names: [String] = ["a"], rate: Float = 0.5, last: Bool = true) {
        dim B in 1...8
        func main(x: f32[B, width]) -> f32[B] {
          return last ? x[:, -1] * rate * len(names) : x[:, 0]
        }
      }
      """
    let options = Elaboration.Options(
      hyperparameters: [
        "width": .init(parsing: "6"), "names": .init(parsing: "[a, b]"), "rate": .init(parsing: "2"),
      ],
      fixed: ["B": 3])
    let graph = try elaborate(text, options).graphs[0]
    #expect(graph.type(of: graph.inputs[0].value).description == "f32[3, 6]")
    #expect(graph.symbols.isEmpty)
    #expect(
      HyperparameterValue(parsing: " [1, [2.5], \"x\", true, nil] ")
        == .list([.integer(1), .list([.float(2.5)]), .string("x"), .boolean(true), .null]))
  }

  @Test func computedNames() throws {
    let graph = try elaborate(
      """
      layer Leaf {
        func use() -> f32[2] { return parameter("w" + string(1), [2]) + parameter("w2", [2], trained: false) }
      }
      layer Block { stages = [named("stage" + string(i), Leaf()) for i in 1...2] }
      model Test {
        block = [Block()]
        head = named("top", Leaf())
        func f() -> f32[2] { return block.0.stages.1.use() + head.use() }
      }
      """
    ).graphs[0]
    let parameters = graph.nodes.filter { $0.operation.name == "parameter" }.map(\.operation.attributes)
    let names = ["block.0.stage2.w1", "block.0.stage2.w2", "top.w1", "top.w2"]
    #expect(parameters.map { $0["name"] } == names.map { .string($0) })
    #expect(parameters.map { $0["trained"] } == [true, false, true, false].map { .boolean($0) })
  }

  @Test func entryPointsAndNames() throws {
    let module = try elaborate(
      """
      layer Pair {
        a = Leaf(2)
        b = [Leaf(3), nil, Leaf(4)]
        c = Leaf(5) if false
        func forward(x: f32[2]) -> f32[2] { return a.use(x) * (c == nil ? 1.0 : 2.0) }
      }
      layer Leaf(n: Int) {
        param w: f32[n]
        buffer z: f32[n] if n > 3
        let doubled = 2 * n
        func use(x: f32[n]) -> f32[n] { return x * w + doubled }
      }
      model Test {
        top = Pair()
        func first(x: f32[2]) -> (f32[2], f32[]) {
          let y = top(x)
          let total = y.sum() + top.b.2.z.sum() + top.b.0.w.sum() + self.top.a.w.sum()
          return (y, total)
        }
        func second(x: f32[2]) -> f32[2] { return _help(x) }
        func _help(x: f32[2]) -> f32[2] { return x + 1 }
      }
      """)
    #expect(module.graphs.map(\.name) == ["first", "second"])
    #expect(module.graphs[0].outputs.map(\.name) == ["y", "total"])
    #expect(module.graphs[1].outputs.map(\.name) == ["output"])
    let parameters = module.graphs[0].nodes.filter { $0.operation.name == "parameter" }
    #expect(
      parameters.map { $0.operation.attributes["name"] }
        == ["top.a.w", "top.b.2.z", "top.b.0.w"].map { .string($0) })
    #expect(
      parameters.map { $0.operation.attributes["trained"] } == [
        .boolean(true), .boolean(false), .boolean(true),
      ])
    let multiply = try #require(module.graphs[0].nodes.first { $0.operation.name == "multiply" })
    #expect(multiply.sites.map(\.path) == ["top.a"] && multiply.sites.map(\.line) == [11])
  }
}
