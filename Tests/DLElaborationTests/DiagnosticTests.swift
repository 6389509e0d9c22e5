import DLElaboration
import DLSyntax
import Foundation
import Testing

/// The messages about mistakes.
struct DiagnosticTests {
  /// A case is a text whose lines say after `//~` what must be reported there.
  @Test(arguments: ["names", "types", "shapes", "statements", "open", "recipes"])
  func reportsAsAnnotated(name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")
    let text = try String(contentsOf: folder.appending(path: "\(name).dl"), encoding: .utf8)
    let reported = try diagnose(text).diagnostics.map { "\($0.range.start.line): \($0.message)" }
    let expected = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap {
      index, line in
      line.components(separatedBy: "//~ ").dropFirst().map {
        "\(index + 1): \($0.trimmingCharacters(in: .whitespaces))"
      }
    }
    #expect(!expected.isEmpty)
    for message in Set(expected).subtracting(reported) { Issue.record("not reported: \(name).dl:\(message)") }
    for message in Set(reported).subtracting(expected) { Issue.record("not expected: \(name).dl:\(message)") }
    #expect(reported.count == expected.count)
  }

  @Test func showsCallsAndLayers() throws {
    let text = """
      import nn
      layer Attention(width: Int, heads: Int) {
        qkv = nn.Linear(width, 3 * width)
        func forward(x: f32[B, T, width]) -> f32[B, T, width] {
          let (q, k, v) = qkv(x).split(3, axis: -1).map { $0.reshape(B, T, heads, width / heads) }
          return q.reshape(B, T, width)
        }
      }
      model Test {
        h = [Attention(64, 5) for _ in 0..<2]
        func forward(x: f32[B, T, 64]) -> f32[B, T, 64] {
          var y = x
          for block in h { y = block(y) }
          return y
        }
      }
      """
    #expect(
      try diagnose(text).rendered() == """
        test.dl:5:53: error: can't reshape f32[B, T, 64] to [B, T, 5, 12] [incompatible-shapes]
          5 |     let (q, k, v) = qkv(x).split(3, axis: -1).map { $0.reshape(B, T, heads, width / heads) }
            |                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            …
         13 |     for block in h { y = block(y) }
            |                          -------- called here
            = note: the tensor has 64 * B * T elements, the shape 60 * B * T
            = note: in h.0, an Attention(width: 64, heads: 5)
        """)
  }

  @Test func showsLibraryErrorsAtTheCall() throws {
    let text = """
      import nn
      model Test {
        func forward(x: f32[2, 3]) -> f32[2, 3] {
          return nn.attention(x, x.T, x)
        }
      }
      """
    let diagnostics = try diagnose(text).diagnostics
    #expect(diagnostics.map(\.message) == ["can't multiply f32[2, 3] by f32[2, 3]"])
    #expect(diagnostics.first?.range.start.line == 4)
    #expect(diagnostics.first?.secondary.first?.range.file.name == "nn/attention.dl")
  }

  @Test func suggestsNamesAndFixes() throws {
    func hints(_ statement: String) throws -> [String?] {
      try diagnose("model Test {\n  func f(width: f32[3]) -> f32[3] {\n    \(statement)\n  }\n}").diagnostics
        .map(\.hint)
    }
    #expect(try hints("return widht") == ["did you mean 'width'?"])
    #expect(try hints("return width.softmx()") == ["did you mean 'softmax'?"])
    #expect(try hints("return width.sum(axs: 0)") == ["did you mean 'axis'?"])
    #expect(try hints("return zeros(2, 3) @ ones(4, 3)") == ["the right operand fits transposed: add '.T'"])
    #expect(try hints("return width.view(3)") == ["here it is called reshape"])
    #expect(try hints("return True") == ["here it is called true"])
    #expect(try hints("return width && width") == ["use '&', which works on every element"])
  }

  @Test func warnsOfRoundedLiterals() throws {
    let text = "model Test {\n  func f(x: f32[n]) -> f32[n] { return x * (1 / 2) + 4 / 2 }\n}"
    let diagnostics = try diagnose(text).diagnostics
    #expect(diagnostics.map(\.severity) == [.warning])
    #expect(diagnostics.map(\.message) == ["1 / 2 is 0: the quotient of integers is rounded down"])
  }

  @Test func choosesTheModel() throws {
    let model = "{\n  func f(x: f32[n]) -> f32[n] { return x + n }\n}\n"
    func messages(_ text: String, _ options: Elaboration.Options = .init()) throws -> [String] {
      try diagnose(text, options).diagnostics.map(\.message)
    }
    #expect(try messages("") == ["the file declares no model"])
    #expect(try messages("model A \(model)model B \(model)") == ["the file declares several models: A, B"])
    #expect(try messages("model A \(model)model B \(model)", .init(modelName: "B")) == [])
    #expect(try messages("model A \(model)", .init(modelName: "B")) == ["the file declares no model 'B'"])
    #expect(try messages("model A { }") == ["the model A has no function, so nothing can be called"])
    #expect(
      try messages("model A(n: Int, m: Int = 1) \(model)", .init(hyperparameters: ["k": .integer(3)])) == [
        "the model A has no hyperparameter 'k'", "the hyperparameter 'n' of A has no value",
      ])
    #expect(
      try messages("model A(n: Int) \(model)", .init(hyperparameters: ["n": .string("x")])) == [
        "'n' of A must be an Int, found a String"
      ])
  }

  @Test func fixedDimensionsMustExist() throws {
    let text = """
      model Test {
        member = L()
        func f(x: f32[B, T]) -> f32[B, T] { return member(x) }
        let limit = 4
        dim B in 1...limit
        dim T in 1...4
      }
      layer L { state s: f32[B, 2]
        func forward(x: f32[B, T]) -> f32[B, T] { return x + s.sum(axis: 1, keepdims: true) } }
      """
    func messages(_ fixed: [String: Int]) throws -> [String] {
      try diagnose(text, .init(fixed: fixed)).diagnostics.map(\.message)
    }
    #expect(try messages(["B": 3]) == [])
    #expect(try messages(["b": 3]) == ["the model Test has no open dimension 'b' to fix"])
    #expect(try messages(["B": 5]) == ["'B' is fixed to 5, outside its bounds"])
  }

  @Test func importsBesideTheSource() throws {
    let loader = ImportLoader { path in
      let texts = [
        "blocks": "import blocks.deep\nimport missing\nfunc twice(x: Tensor) -> Tensor { return x * 2 }",
        "blocks/deep": "const depth = 3", "broken": "func (",
      ]
      return texts[path].map { .init(SourceFile(name: "\(path).dl", text: $0), isLibrary: false) }
    }
    let text = """
      import blocks
      import broken
      model Test { func f(x: f32[2]) -> f32[2] { return blocks.twice(x) * blocks.depth + blocks.width } }
      """
    let messages = try diagnose(text, loader: loader).diagnostics.map {
      "\($0.range.file.name): \($0.message)"
    }
    #expect(messages.contains("blocks.dl: there is no module 'missing'"))
    #expect(messages.contains("test.dl: the module blocks declares no 'width'"))
    #expect(messages.contains { $0.hasPrefix("broken.dl: ") })
    #expect(messages.count == 3)
  }
}
