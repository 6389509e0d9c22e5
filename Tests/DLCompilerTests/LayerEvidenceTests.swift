import DLCompiler
import Testing

/// Which layers are made smaller, from made-up times.
struct LayerEvidenceTests {
  private func layer(_ before: Double, _ after: Double) -> LayerEvidence {
    LayerEvidence(
      parameter: "w", place: "m.dl:1", action: "i8", before: before, after: after, signalToNoise: 30)
  }

  @Test func onlyWhatGainsIsKept() {
    let layers = [layer(2, 1), layer(1.02, 1), layer(1.01, 1), layer(1, 1), layer(1, 3), layer(0, 0)]
    #expect(layers.gated(atLeast: 1.02).map(\.isKept) == [true, true, false, false, false, false])
    #expect(layers.dropped.allSatisfy { !$0.isKept })
  }
}
