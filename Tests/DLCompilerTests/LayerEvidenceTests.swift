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

  @Test func whatGoesWithOthersIsKept() {
    var layers = [layer(1, 3), layer(1, 3)]
    layers[1].isSeparate = false
    #expect(layers.gated(atLeast: 1.02).map(\.isKept) == [false, true])
  }

  @Test func theMostSensitiveAreDroppedFirst() {
    var layers = (0..<4).map { _ in layer(2, 1) }
    for (index, ratio) in ([30, nil, 10, 20] as [Double?]).enumerated() {
      layers[index].signalToNoise = ratio
    }
    #expect(layers.droppingMostSensitive(2).map(\.isKept) == [true, true, false, false])
    layers[3].isKept = false
    #expect(layers.droppingMostSensitive(2).map(\.isKept) == [false, true, false, false])
  }

  @Test func decisionsAreStatements() {
    var layers = [layer(2, 1), layer(2, 1)]
    layers[0].parameter = "a.weight"
    layers[0].isKept = false
    #expect(layers.statements == ["keep \"a.weight\""])
    #expect(layers.dropped.statements == ["keep \"*\""])
  }
}
