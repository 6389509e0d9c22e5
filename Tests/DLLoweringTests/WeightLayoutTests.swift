import DLEvaluation
import DLGraph
import DLLoops
import DLLowering
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// How weights lie in memory.
struct WeightLayoutTests {
  /// Cuts bytes into panels and writes each backwards.
  private struct Reversal: WeightPacking {
    var panelByteCount: Int

    func panels(of literal: Literal) -> (count: Int, byteCount: Int) {
      ((literal.byteCount + panelByteCount - 1) / panelByteCount, panelByteCount)
    }

    func write(_ panels: Range<Int>, of literal: Literal, to target: UnsafeMutableRawBufferPointer) {
      literal.withUnsafeBytes { source in
        for panel in panels {
          let bytes = source.dropFirst(panel * panelByteCount).prefix(panelByteCount)
          let start = (panel - panels.lowerBound) * panelByteCount
          for (place, byte) in bytes.reversed().enumerated() { target[start + place] = byte }
        }
      }
    }
  }

  @Test func packedTensorsAreMadePieceByPiece() {
    let count = 1_500_000
    let literal = Literal(.u8, shape: [count], elements: (0..<count).map { UInt8($0 % 251) })
    let packed = PackedLiteral(literal, Reversal(panelByteCount: 400_000))
    var pieces: [[UInt8]] = []
    packed.forEachPiece { pieces.append(Array($0)) }
    let bytes = literal.elements(as: UInt8.self)
    let expected = stride(from: 0, to: count, by: 400_000).flatMap { start in
      let panel = bytes[start..<min(start + 400_000, count)].reversed()
      return Array(panel) + [UInt8](repeating: 0, count: 400_000 - panel.count)
    }
    #expect(packed.byteCount == 1_600_000)
    #expect(pieces.map(\.count) == [800_000, 800_000])
    #expect(Array(pieces.joined()) == expected)
  }

  @Test func equalTensorsInOneOrderHaveOnePlace() {
    let literals = (0..<2).map { _ in Literal(.f32, shape: [40], elements: [Float](repeating: 2, count: 40)) }
    var layout = WeightLayout()
    let plain = literals.map { layout.place($0) }
    let packed = literals.map { layout.place($0, Reversal(panelByteCount: 160)) }
    let other = layout.place(literals[0], Reversal(panelByteCount: 80))
    #expect(plain == [0, 0])
    #expect(packed == [192, 192])
    #expect(other == 384)
    #expect(layout.byteCount == 544)
  }

  /// The product of some rows with the transposition of `weight`.
  private func product(_ name: String, rows: IntegerExpression, _ weight: Literal) throws -> Graph {
    let symbols = Array(rows.symbols)
    var graph = Graph(name: name, symbols: symbols)
    let x = graph.addInput("x", TensorType(.f32, [rows, IntegerExpression(weight.shape[1])]))
    let constant = try graph.append(Constant(weight), [])[0]
    let matrix = try graph.append(Transpose(permutation: [1, 0]), [constant])[0]
    let contract = Contract(
      batch: [], contracting: [(left: 1, right: 0)], result: .f32)
    graph.outputs = [Graph.Output(name: "y", value: try graph.append(contract, [x, matrix])[0])]
    return graph
  }

  private func lowered(_ graphs: [Graph]) throws -> (Module, Program) {
    var module = Module(name: "Test", graphs: graphs)
    try PassManager(context: PassContext(target: .host)).run(on: &module)
    return (module, try Program(lowering: module, for: .host))
  }

  @Test func aMatrixOfSeveralProductsIsPackedOnce() throws {
    var random = SplitMix(seed: 3)
    let weight = Literal(.f32, shape: [96, 80], random: &random)
    let many = try product("many", rows: IntegerExpression(Symbol("T", lower: 1, upper: 64)), weight)
    let one = try product("one", rows: 1, weight)
    // Alone, each has a width of its own.
    let alone = try [many, one].map { try lowered([$0]).1.weights.entries.map(\.contents) }
    #expect(alone[0] != alone[1])

    let (_, program) = try lowered([one, many])
    #expect(program.weights.entries.map(\.contents) == alone[0])
    let native = try NativeModule(Module(name: "Test", graphs: [one, many]))
    for (graph, rows) in [(one, 1), (many, 37)] {
      let input = Literal(.f32, shape: [rows, 80], random: &random)
      let expected = try Evaluator().evaluate(graph, inputs: [input])[0]
      let difference = try native.run(graph.name, [input])[0].difference(from: expected)
      #expect(difference == nil)
    }
  }

  @Test func whatIsMadeOfWeightsIsShared() throws {
    var random = SplitMix(seed: 4)
    let weight = Literal(.f32, shape: [96, 80], random: &random)
    let (module, _) = try lowered([product("a", rows: 1, weight), product("b", rows: 50, weight)])
    let constants = module.graphs.map { $0.nodes.compactMap { $0.operation as? Constant } }
    #expect(constants.map(\.count) == [1, 1])
    #expect(constants[0][0].literal.shape == [80, 96])
    #expect(constants[0][0].literal.storage === constants[1][0].literal.storage)
  }
}
