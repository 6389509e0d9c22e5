import DLGraph
import Testing

@Suite struct PathPatternTests {
  private func matches(_ pattern: String, _ path: String) -> Bool {
    PathPattern(pattern)?.matches(path) ?? false
  }

  @Test func matchesWholePathsAndLayers() {
    #expect(matches("h.0.weight", "h.0.weight"))
    #expect(matches("h.0", "h.0.weight"))
    #expect(!matches("h.0", "h.01.weight"))
    #expect(!matches("h.0.weight.x", "h.0.weight"))
    #expect(!matches("0.weight", "h.0.weight"))
  }

  @Test func starsMatchAnything() {
    #expect(matches("*", "h.0.weight"))
    #expect(matches("*.weight", "h.0.weight"))
    #expect(matches("h.*.weight", "h.0.attn.c.weight"))
    #expect(matches("h*0", "h.0.weight"))
    #expect(!matches("*.bias", "h.0.weight"))
    #expect(matches("**.w*", "h.0.weight"))
  }

  @Test func bracesAreAlternatives() {
    let pattern = PathPattern("h.{0,1}.{attn,mlp}.weight")
    #expect(pattern?.alternatives.count == 4)
    #expect(matches("h.{0,1}.{attn,mlp}.weight", "h.1.mlp.weight"))
    #expect(!matches("h.{0,1}.{attn,mlp}.weight", "h.2.mlp.weight"))
    for text in ["", "a{b", "a}b", "a{b{c}}"] { #expect(PathPattern(text) == nil) }
  }
}
