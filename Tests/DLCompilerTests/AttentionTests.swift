import DLCompiler
import DLEvaluation
import DLGraph
import DLOperations
import DLSyntax
import DLTestSupport
import DLTransforms
import Testing

/// Attention of every form, as one kernel that never stores the scores, against the evaluator.
@Suite struct AttentionTests {
  struct Form: CustomTestStringConvertible, Sendable {
    var name: String
    /// What the model computes.
    var source: String
    /// The value of the open dimension `T`.
    var extent = 1
    var tolerance = 1e-5
    var testDescription: String { name }
  }

  static let forms: [Form] = [
    Form(name: "plain", source: model("f32[2, 3, 32, 16]", "f32[2, 3, 32, 16]", "nn.attention(q, k, v)")),
    Form(
      name: "odd extents", source: model("f32[1, 5, 37, 20]", "f32[1, 5, 53, 20]", "nn.attention(q, k, v)")),
    Form(name: "heads of width 1", source: model("f32[3, 19, 1]", "f32[3, 7, 1]", "nn.attention(q, k, v)")),
    Form(
      name: "heads of width 80", source: model("f32[2, 50, 80]", "f32[2, 33, 80]", "nn.attention(q, k, v)")),
    Form(
      name: "one head without an axis", source: model("f32[29, 24]", "f32[31, 24]", "nn.attention(q, k, v)")),
    Form(
      name: "several tiles that share the keys",
      source: model("f32[1, 2, 150, 16]", "f32[1, 2, 77, 16]", "nn.attention(q, k, v)")),
    Form(
      name: "more keys than are copied at once",
      source: model("f32[1, 1, 30, 64]", "f32[1, 1, 700, 64]", "nn.attention(q, k, v)")),
    Form(
      name: "causal",
      source: model("f32[2, 2, 45, 16]", "f32[2, 2, 45, 16]", "nn.attention(q, k, v, causal: true)")),
    Form(
      name: "causal, written the other way round",
      source: model(
        "f32[2, 2, 45, 16]", "f32[2, 2, 45, 16]",
        "nn.attention(q, k, v, mask: iota(45).unsqueeze(1) >= iota(45))")),
    Form(
      name: "a bound that falls from row to row",
      source: model(
        "f32[2, 45, 16]", "f32[2, 45, 16]",
        "nn.attention(q, k, v, mask: iota(45) <= 44 - iota(45).unsqueeze(1))")),
    Form(
      name: "a window",
      source: model(
        "f32[2, 45, 16]", "f32[2, 45, 16]",
        "nn.attention(q, k, v, causal: true, mask: iota(45) + 9 > iota(45).unsqueeze(1))")),
    Form(
      name: "a causal mask that hides only what the maximum reads",
      source: model(
        "f32[20, 16]", "f32[20, 16]",
        "_weights(q @ k.T, iota(20) <= iota(20).unsqueeze(1), bias > 0) @ v", "f32[20, 20]"
      ) + """

        func _weights(s: f32[X, Y], first: bool[X, Y], second: bool[X, Y]) -> f32[X, Y] {
          let largest = where(first, s, -inf).max(axis: -1, keepdims: true)
          let weights = exp(where(second, s, -inf) - largest)
          return weights / weights.sum(axis: -1, keepdims: true)
        }
        """),
    Form(
      name: "more keys than queries",
      source: model("f32[2, 20, 16]", "f32[2, 45, 16]", "nn.attention(q, k, v, causal: true, offset: 25)")),
    Form(
      name: "grouped queries",
      source: model("f32[2, 6, 21, 16]", "f32[2, 2, 30, 16]", "nn.attention(q, k, v)")),
    Form(
      name: "bias of its own for each head",
      source: model(
        "f32[4, 3, 49, 32]", "f32[4, 3, 49, 32]", "nn.attention(q, k, v, mask: bias)", "f32[3, 49, 49]")),
    Form(
      name: "mask of keys",
      source: model(
        "f32[2, 3, 18, 8]", "f32[2, 3, 27, 8]", "nn.attention(q, k, v, mask: bias > -0.9)", "f32[2, 1, 1, 27]"
      )),
    Form(
      name: "heads joined",
      source: model(
        "f32[2, 4, 23, 16]", "f32[2, 4, 23, 16]",
        "nn.attention(q, k, v).transpose(1, 2).reshape(2, 23, 64) * 2 + 1")),
    Form(
      name: "projections in place",
      source: """
        import nn
        model M {
          func forward(x: f32[2, 35, 96]) -> f32[...] {
            let (q, k, v) = x.split(3, axis: -1).map { $0.reshape(2, 35, 4, 8).transpose(1, 2) }
            return nn.attention(q, k, v).transpose(1, 2).reshape(2, 35, 32)
          }
        }
        """),
    Form(
      name: "open extent of few rows",
      source: model("f32[2, 3, T, 16]", "f32[2, 3, T, 16]", "nn.attention(q, k, v, causal: true)"), extent: 5),
    Form(
      name: "open extent of many rows",
      source: model("f32[2, 3, T, 16]", "f32[2, 3, T, 16]", "nn.attention(q, k, v)"), extent: 39),
    Form(
      name: "f16", source: model("f16[2, 3, 21, 16]", "f16[2, 3, 40, 16]", "nn.attention(q, k, v)"),
      tolerance: 3e-3),
    Form(
      name: "bf16", source: model("bf16[2, 3, 21, 16]", "bf16[2, 3, 40, 16]", "nn.attention(q, k, v)"),
      tolerance: 2e-2),
    Form(
      name: "a query that is key and value as well",
      source: model("f32[1, 25, 25]", "f32[1, 25, 25]", "nn.attention(q, q, q)")),
  ]

  private static func model(
    _ query: String, _ key: String, _ result: String, _ bias: String = "f32[1]"
  ) -> String {
    """
    import nn
    model M {
      dim T in 1...64
      func forward(q: \(query), k: \(key), v: \(key), bias: \(bias)) -> float[...] {
        return \(result)
      }
    }
    """
  }

  @Test(arguments: forms)
  func agreesWithTheEvaluator(form: Form) throws {
    let module = try Compiler().elaborate(SourceFile(name: "m.dl", text: form.source))
    let graph = try #require(module.graphs.first)
    var random = SplitMix(seed: 7)
    let inputs = graph.inputs.map { input in
      let type = graph.type(of: input.value)
      let shape = type.shape.map { $0.constantValue ?? form.extent }
      return Literal(.f32, shape: shape, random: &random).rounded(to: type.elementType)
    }
    let expected = try Evaluator().evaluate(graph, inputs: inputs)
    let result = try NativeModule(module).run(graph.name, inputs)
    for (found, wanted) in zip(result, expected) {
      let problem = found.difference(from: wanted, tolerance: form.tolerance)
      #expect(problem == nil)
    }
    #expect(try NativeModule(module, threads: 3).run(graph.name, inputs) == result)
  }

  /// Queries at some position among keys that are only filled up to there: the rest is large enough to show in a result.
  @Test(arguments: [1, 2, 4, 7, 20], [0, 5, 15, 16, 31, 70])
  func stepsSeeWhatIsFilled(rows: Int, position: Int) throws {
    let text = """
      import nn
      model Steps {
        func forward(q: f32[4, \(rows), 24], k: f32[2, 90, 24], v: f32[2, 90, 24], at: i64[]) -> f32[...] {
          return nn.attention(q, k, v, causal: true, offset: at)
        }
      }
      """
    let module = try Compiler().elaborate(SourceFile(name: "steps.dl", text: text))
    var random = SplitMix(seed: 9)
    let q = Literal(.f32, shape: [4, rows, 24], random: &random)
    let filled = 24 * (position + rows)
    let (k, v) = (Self.cache(filled, &random), Self.cache(filled, &random))
    let inputs = [q, k, v, Literal(.i64, shape: [], elements: [position])]
    let expected = try Evaluator().evaluate(module.graphs[0], inputs: inputs)[0]
    for threads in [1, 3] {
      let found = try NativeModule(module, threads: threads).run("forward", inputs)[0]
      #expect(found.difference(from: expected) == nil)
    }
  }

  /// Keys or values of two heads, of which as many numbers a head are filled.
  private static func cache(_ filled: Int, _ random: inout SplitMix) -> Literal {
    let count = 90 * 24
    let numbers = Literal(.f32, shape: [2 * count], random: &random).elements(as: Float.self)
    let elements = numbers.enumerated().map { $0.offset % count < filled ? $0.element : 1e6 }
    return Literal(.f32, shape: [2, 90, 24], elements: elements)
  }

  /// Rows before the first key see nothing; the others are not touched by that.
  @Test func rowsThatSeeNothingAreNotNumbers() throws {
    let text = """
      import nn
      model Early {
        func forward(q: f32[20, 8], k: f32[20, 8], v: f32[20, 8]) -> f32[...] {
          return nn.attention(q, k, v, causal: true, offset: -3)
        }
      }
      """
    let module = try Compiler().elaborate(SourceFile(name: "early.dl", text: text))
    var random = SplitMix(seed: 10)
    let inputs = (0..<3).map { _ in Literal(.f32, shape: [20, 8], random: &random) }
    let expected = try Evaluator().evaluate(module.graphs[0], inputs: inputs)[0].elements(as: Float.self)
    let found = try NativeModule(module).run("forward", inputs)[0].elements(as: Float.self)
    #expect(found.map(\.isNaN) == expected.map(\.isNaN))
    #expect(found.prefix(24).allSatisfy(\.isNaN) && !found.dropFirst(24).contains(where: \.isNaN))
  }

  @Test(arguments: forms)
  func isOneGroup(form: Form) throws {
    var module = try Compiler().elaborate(SourceFile(name: "m.dl", text: form.source))
    try PassManager(passes: Pipeline.standard, context: PassContext(target: .host)).run(on: &module)
    let products = module.graphs[0].nodes.map { node in
      (node.operation as? Group)?.body.nodes.filter { $0.operation is Contract }.count ?? 0
    }
    #expect(products.filter { $0 == 2 }.count == 1)
    #expect(module.graphs[0].nodes.allSatisfy { !($0.operation is Contract) })
  }
}

extension Literal {
  /// The elements of an f32 in a narrower type, cut off.
  fileprivate func rounded(to type: ElementType) -> Literal {
    switch type {
    case .f16: Literal(type, shape: shape, elements: doubles.map { Float16($0).bitPattern })
    case .bf16: Literal(type, shape: shape, elements: doubles.map { UInt16(Float($0).bitPattern >> 16) })
    default: self
    }
  }
}
