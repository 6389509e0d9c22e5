import CMiniatureModel
import DLRuntime
import Testing

@Suite struct SessionTests {
  private let model: Model

  init() throws { model = try Model(linked: miniature_embedded_model) }

  private func floats(_ values: [Float], _ shape: [Int]) -> Tensor { Tensor(values, shape: shape) }

  @Test func describesTheModel() throws {
    #expect(model.name == "miniature" && model.entries.map(\.name) == ["forward", "step", "join", "pair"])
    let forward = try model.entry("forward")
    #expect(forward.inputs[0].typeText == "f32[B, 1, 2, 2]")
    #expect(forward.inputs[0].dimensions.first == .symbol("B", maximum: 8))
    #expect(forward.symbols.map(\.name) == ["B"] && forward.symbols[0].bounds == 1...8)
    #expect(try model.entry("join").outputs[0].dimensions == [.computed(maximum: 9)])
    #expect(model.states.map(\.typeText) == ["f32[2]"])
    #expect(model.provenance.compiler == "by hand")
  }

  @Test(arguments: 1...4) func resultsDontDependOnThreads(threads: Int) throws {
    let session = Session(model, pool: try ThreadPool(threads: threads))
    let outputs = try session.run("forward", ["x": floats((0..<32).map { Float($0) }, [8, 1, 2, 2])])
    var expected: [Float] = []
    for row in 0..<8 {
      for column in 0..<3 {
        var sum = Float(column) + 0.5
        for i in 0..<4 { sum += Float(4 * row + i) * Float(i + 10 * column) }
        expected.append(sum)
      }
    }
    #expect(outputs["y"]?.elements(Float.self) == expected)
    #expect(outputs["y"]?.shape == [8, 3])
  }

  @Test func statesAreValues() throws {
    let session = Session(model)
    func step(_ x: Float) throws -> [Float]? {
      try session.run("step", ["x": floats([x, 1], [2])])["sum"]?.elements()
    }
    #expect(try step(1) == [1, 1])
    let saved = session.state
    #expect(try step(5) == [6, 2])
    #expect(saved["total"].elements(Float.self) == [1, 1])
    session.state = saved
    #expect(try step(2) == [3, 2])
    session.reset()
    #expect(session.state == State(zerosFor: model))
    var edited = saved
    edited["total"] = floats([100, 100], [2])
    session.state = edited
    #expect(try step(1) == [101, 101])
  }

  @Test func preparedCallsReuseMemory() throws {
    let session = Session(model)
    let input = floats([1, 2, 3, 4], [2, 2])
    let call = try session.prepare("pair", inputs: [input])
    var outputs = call.makeOutputs()
    let address = outputs[0].withUnsafeBytes { $0.baseAddress }
    for factor in 1...3 {
      let scaled = floats([1, 2, 3, 4].map { Float(factor) * $0 }, [2, 2])
      try call.run([scaled], into: &outputs)
      #expect(outputs[0].elements(Float.self) == [3, 7].map { Float(factor) * $0 })
      #expect(outputs[0].withUnsafeBytes { $0.baseAddress } == address)
    }
    let kept = outputs[0]
    try call.run([input], into: &outputs)
    #expect(kept.elements(Float.self) == [9, 21] && outputs[0].elements(Float.self) == [3, 7])
  }

  @Test func wrongArgumentsAreNamed() throws {
    let session = Session(model)
    let x = floats([1, 2], [2])
    #expect(throws: RuntimeError.entryNotFound(name: "stop", model: "miniature")) {
      try session.run("stop", [:])
    }
    #expect(throws: RuntimeError.wrongArgument("input 'x' of 'step' is missing: it is f32[2]")) {
      try session.run("step", [:])
    }
    #expect(throws: RuntimeError.wrongArgument("'step' has no input 'z'")) {
      try session.run("step", ["x": x, "z": x])
    }
    #expect(throws: RuntimeError.wrongArgument("input 'x': expected f32[2], found f64[2]")) {
      try session.run("step", ["x": Tensor([1, 2] as [Double])])
    }
    #expect(throws: RuntimeError.wrongArgument("'step' has no open dimension 'B'")) {
      try session.run("step", ["x": x], symbols: ["B": 2])
    }
    let call = try session.prepare("step", inputs: [x])
    var outputs = [Tensor(zeros: [3], .f32)]
    #expect(throws: RuntimeError.wrongArgument("output 'sum': expected f32[2], found f32[3]")) {
      try call.run([x], into: &outputs)
    }
    #expect(throws: RuntimeError.wrongArgument("'step' has 1 inputs, not 2")) {
      try call.run([x, x], into: &outputs)
    }
  }

  @Test func modelsMustMatch() {
    var other = miniature_embedded_model
    other.abi_version = 2
    #expect(throws: RuntimeError.self) { try Model(linked: other) }
    #expect(throws: RuntimeError.self) { try Model(linked: miniature_model) }
  }
}
