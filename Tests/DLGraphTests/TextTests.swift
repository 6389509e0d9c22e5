import DLGraph
import Testing

@Suite struct TextTests {
  private func reparsed(_ graph: Graph) throws -> Graph { try GraphText(graph).graph(probes) }

  /// A graph with one node of the given attributes.
  private func graph(_ attributes: AttributeList, symbols: [Symbol] = []) throws -> Graph {
    var graph = Graph(name: "f", symbols: symbols)
    let x = graph.addInput("x", TensorType(.f32, symbols.map { IntegerExpression($0) }))
    let results = try graph.append(Probe(attributes: attributes), [x])
    graph.outputs = [Graph.Output(name: "y", value: results[0])]
    return graph
  }

  @Test func modulesLookAsDocumented() throws {
    let batch = Symbol("B", lower: 1, upper: 64)
    var graph = Graph(name: "forward", symbols: [batch])
    let image = graph.addInput("image", TensorType(.f32, [IntegerExpression(batch), 64]))
    let cache = graph.addInput("cache", TensorType(.f32, [4]), role: .state)
    let site = Site(file: "digits.dl", line: 12, column: 5, path: "fc")
    let pair = try graph.append(Probe(attributes: ["count": .integer(2)]), [image, cache], sites: [site])
    try graph.append(Probe(attributes: ["count": .integer(0)]), [pair[1]])
    graph.outputs = [
      Graph.Output(name: "logits", value: pair[0]), Graph.Output(name: "cache", value: cache, role: .state),
    ]
    let module = Module(
      name: "Digits", graphs: [graph], states: [Module.State(name: "cache", type: TensorType(.f32, [4]))])
    let text = GraphText(module, sites: true)
    #expect(
      text.text
        == """
        module @Digits

        state @cache: f32[4]

        func @forward[B in 1...64](
            %image: f32[B, 64],
            state %cache: f32[4]
        ) -> (logits: f32[B, 64], state cache: f32[4]) {
          %2: f32[B, 64], %3: f32[B, 64] = probe(%image, %cache) {count = 2}  // digits.dl:12:5 fc
          probe(%3) {count = 0}
          return %2, %cache
        }

        """)
    #expect(try text.module(probes) == module)
  }

  @Test func attributesOfEveryKindReadBack() throws {
    let length = Symbol("T", lower: 1, upper: 8)
    var body = Graph(name: "body")
    let carried = body.addInput("h", TensorType(.f32, [IntegerExpression(length)]))
    body.outputs = [Graph.Output(name: "h", value: carried)]
    let attributes: AttributeList = [
      "a": .boolean(true), "b": .integer(.min), "c": .floating(1e-5), "d": .floating(1),
      "e": .floating(-.infinity),
      "f": .floating(.nan), "g": .floating(-0.0), "h": .floating(Double(bitPattern: 0xFFF8_0000_0000_0001)),
      "i": .string("a \"b\"\n\\ \u{1} é"), "j": .integers([1, -2, .max]), "k": .integers([]),
      "l": .dimensions([IntegerExpression(length) * 2 + 1, 3]), "m": .elementType(.bf16),
      "n": .type(TensorType(.i8, [])),
      "o": .type(TensorType(.bool, [IntegerExpression(length)])), "p": .graph(body),
      "odd name": .floating(1e300),
    ]
    let graph = try graph(attributes, symbols: [length])
    #expect(try reparsed(graph) == graph)
  }

  @Test func literalsReadBack() throws {
    for type in ElementType.allCases {
      for shape in [[], [0, 3], [2, 3], [5, 7]] {
        var random = SplitMix(state: 1)
        for _ in 0..<20 {
          let literal = Literal(type, shape: shape) { bytes in
            let limit: UInt8 = type == .bool ? 1 : 255
            for index in bytes.indices { bytes[index] = .random(in: 0...limit, using: &random) }
          }
          let graph = try graph(["value": .literal(literal)])
          let text = GraphText(graph)
          #expect(text.resources.count == (literal.count > 16 ? 1 : 0))
          #expect(try text.graph(probes) == graph)
        }
      }
    }
  }

  @Test func specialNumbersReadBack() throws {
    let numbers: [Float] = [
      .nan, -.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1,
    ]
    let literal = Literal(.f32, shape: [9], elements: numbers)
    #expect(try reparsed(graph(["value": .literal(literal)])) == graph(["value": .literal(literal)]))
    let all = Literal(.f16, shape: [65536 / 16, 16], elements: (0...UInt16.max).map { $0 })
    for row in stride(from: 0, to: 4096, by: 7) {
      let elements = Array(all.elements(as: UInt16.self)[row * 16..<row * 16 + 16])
      for type in [ElementType.f16, .bf16] {
        let graph = try graph(["value": .literal(Literal(type, shape: [16], elements: elements))])
        #expect(try reparsed(graph) == graph)
      }
    }
  }

  @Test func expressionsReadBack() throws {
    var generator = ExpressionGenerator(symbols: IntegerExpressionTests.symbols, random: SplitMix(state: 7))
    for _ in 0..<2000 {
      let expression = generator.sample(depth: 4).expression
      if expression.constantValue != nil { continue }
      let graph = try graph(
        ["dimensions": .dimensions([expression])], symbols: IntegerExpressionTests.symbols)
      #expect(try reparsed(graph) == graph, "\(expression)")
    }
  }

  @Test func boundsMayNameLaterSymbols() throws {
    let context = Symbol("S", lower: 1, upper: 1024)
    let length = Symbol("T", lower: 1, upper: IntegerExpression(context) * 2 - 1)
    let graph = try graph([:], symbols: [length, context, Symbol("n", lower: -3)])
    #expect(GraphText(graph).text.hasPrefix("func @f[T in 1...2 * S - 1, S in 1...1024, n in -3...]("))
    #expect(try reparsed(graph) == graph)
  }

  @Test func oddNamesReadBack() throws {
    var graph = Graph(name: "a b")
    for name in ["3", "", "x\n", "state", "a.b", "a..b", ".a", "é"] {
      let value = graph.addInput(name, TensorType(.f32, []))
      graph.outputs.append(Graph.Output(name: name, value: value, role: name == "3" ? .state : .tensor))
    }
    #expect(try reparsed(graph) == graph)
  }

  @Test(arguments: [
    ("func @f() -> () {", "1:18: expected an operation, found the end"),
    ("func @f() -> () {\n  return\n} x", "3:3: expected the end, found 'x'"),
    ("func @f(%x: f33[]) -> () { return }", "1:13: 'f33' is not an element type"),
    ("func @f(%x: f32[T]) -> () { return }", "1:17: the symbol 'T' is not declared"),
    ("func @f(%x: f32[], %x: f32[]) -> () { return }", "1:20: the name 'x' occurs twice"),
    ("func @f(%x: f32[]) -> (y: i8[]) { return %x }", "1:42: 'y' is of type i8[], but this is f32[]"),
    ("func @f() -> () { %0: f32[] = probe(%x) return }", "1:37: '%x' is not defined before"),
    (
      "func @f() -> () { %0: f32[2] = probe() return }",
      "1:19: '%0' is given as f32[2], but probe gives f32[]"
    ),
    ("func @f() -> () { prob() return }", "1:19: there is no operation 'prob'"),
    ("func @f() -> () { probe() return }", "1:19: probe has 1 results, not 0"),
    ("func @f() -> () { probe() {fails = true} return }", "1:19: a probe that fails"),
    ("func @f() -> () { probe() {a = } return }", "1:32: expected an attribute, found '}'"),
    ("func @f() -> () { probe() {a = f32[2](1.0)} return }", "1:32: f32[2] has 2 elements, not 1"),
    ("func @f() -> () { probe() {a = i8[](300)} return }", "1:37: '300' is not an element of i8"),
    ("func @f() -> () { probe() {a = f32[2](@x)} return }", "1:39: there is no resource '@x'"),
    ("func @f() -> () { probe() {a = \"b} return }", "1:32: the string has no end"),
    (
      "func @f[T in 1...S, S in 1...T]() -> () { return }",
      "1:9: the bounds of symbols depend on each other too deeply"
    ),
    ("func @f() -> () { return } §", "1:28: an unexpected character"),
  ]) func mistakesAreNamed(text: String, message: String) {
    let error = #expect(throws: TextError.self) { try GraphText(text).graph(probes) }
    #expect(error?.description == message)
  }

  @Test func deepTextIsRefused() {
    for text in [
      "func @f(%x: f32[" + String(repeating: "(", count: 100_000),
      String(repeating: "func @f() -> () { probe() { a = ", count: 10_000),
      "func @f[T in 1...](%x: f32[" + String(repeating: "(T + 1) * ", count: 10_000) + "2]) -> () { return }",
    ] {
      #expect(throws: TextError.self) { try GraphText(text).graph(probes) }
    }
  }

  @Test func damagedTextIsRefusedOrRead() throws {
    let context = Symbol("S", lower: 1, upper: 16)
    let length = Symbol("T", lower: 1, upper: IntegerExpression(context))
    let literal = Literal(.f32, shape: [2], elements: [1, Float.nan])
    let inner = try graph([
      "value": .literal(literal), "dimensions": .dimensions([.min(IntegerExpression(length), 4)]),
    ])
    let seed = Array(
      GraphText(try graph(["body": .graph(inner), "f": .floating(1)], symbols: [length, context])).text.utf8)
    let alphabet = Array("()[]{},:=+-*/%@\"\\.0123456789abTSfunc \n".utf8)
    var random = SplitMix(state: 3)
    for _ in 0..<5000 {
      var bytes = seed
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let position = Int.random(in: bytes.indices, using: &random)
        let end = min(bytes.count, position + Int.random(in: 1...8, using: &random))
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[position] = alphabet.randomElement(using: &random) ?? 0
        case 1: bytes.removeSubrange(position..<end)
        default: bytes.insert(contentsOf: Array(bytes[position..<end]), at: position)
        }
      }
      guard let graph = try? GraphText(String(decoding: bytes, as: UTF8.self)).graph(probes) else { continue }
      #expect(try reparsed(graph) == graph, "\(String(decoding: bytes, as: UTF8.self))")
    }
  }
}
