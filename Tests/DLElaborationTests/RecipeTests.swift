import DLElaboration
import DLGraph
import DLSyntax
import Testing

/// What recipes mean.
struct RecipeTests {
  private static let text = """
    import nn
    model Net {
      dim B in 1...8
      h = [nn.Linear(8, 8) for _ in 0..<2]
      head = nn.Linear(8, 4)
      func forward(x: f32[B, 8]) -> f32[B, 4] { return head(h[1](h[0](x))) }
    }
    recipe edge for Net {
      fix B = 3
      quantize "*" to i8
      precision "head" bf16
      prune "h.1" to 50% globally
    }
    """

  @Test func laterStatementsCountMore() throws {
    let recipe = try elaborate(Self.text, .init(recipeName: "edge")).recipe
    #expect(
      recipe.quantization(of: "h.0.weight")
        == QuantizationScheme(bits: 8, granularity: .channel, mode: .static))
    #expect(recipe.storage(of: "head.weight") == .precision(.bf16))
    #expect(recipe.needsCalibration)
    #expect(recipe.steps.last?.action == .prune(.magnitude(share: 0.5, global: true)))
  }

  /// Also where a later statement says otherwise.
  @Test func whatIsKeptStays() throws {
    let text = Self.text.replacing("quantize \"*\" to i8", with: "keep \"h.1\"\nquantize \"*\" to i8")
    let recipe = try elaborate(text, .init(recipeName: "edge")).recipe
    #expect(recipe.keeps("h.1.weight") && !recipe.keeps("h.0.weight"))
    #expect(recipe.storage(of: "h.1.weight") == nil && recipe.storage(of: "h.0.weight") != nil)
  }

  @Test func dimensionsAreFixed() throws {
    let graph = try elaborate(Self.text, .init(recipeName: "edge")).graphs[0]
    #expect(graph.type(of: graph.inputs[0].value).shape == [3, 8])
    let other = try elaborate(Self.text, .init(fixed: ["B": 5], recipeName: "edge")).graphs[0]
    #expect(other.type(of: other.inputs[0].value).shape == [5, 8])
  }

  @Test func withoutARecipeNothingIsDone() throws {
    #expect(try elaborate(Self.text).recipe.isEmpty)
  }

  @Test func unknownRecipesAreReported() throws {
    let diagnostics = try diagnose(Self.text, .init(recipeName: "egde")).diagnostics
    #expect(diagnostics.map(\.message) == ["the file declares no recipe 'egde'"])
    #expect(diagnostics.map(\.hint) == ["did you mean 'edge'?"])
  }

  @Test func nearMissesAreNamed() throws {
    func hint(_ pattern: String) throws -> String? {
      try diagnose(Self.text + "\nrecipe r for Net { prune \"\(pattern)\" to 2:4 }").diagnostics.first?.hint
    }
    #expect(try hint("haed.weight") == "near are \"head.weight\"")
    #expect(try hint("h.*.wieght") == "near are \"h.*.weight\"")
    #expect(try hint("h.0.something.else") == "near are \"h.0.bias\", \"h.0.weight\"")
  }
}
