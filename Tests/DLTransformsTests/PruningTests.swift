import DLGraph
import DLOperations
import DLTestSupport
import DLTransforms
import Testing

/// Which weights become zero.
struct PruningTests {
  private func random(_ shape: [Int], seed: Int, scale: Float = 1) -> Literal {
    var generator = SplitMix(seed: seed)
    let values = (0..<shape.reduce(1, *)).map { _ in Float.random(in: -scale...scale, using: &generator) }
    return Literal(.f32, shape: shape, elements: values)
  }

  private func zeros(_ literal: Literal) -> Int { literal.elements(as: Float.self).count { $0 == 0 } }

  @Test func theLeastMagnitudesGo() {
    let weights = Literal(.f32, shape: [2, 4], elements: [0.1, -3, 2, -0.2, 5, 0.3, -1, 4] as [Float])
    let pruned = Sparsity.magnitude(share: 0.5, global: false).applied(to: [weights], channelAxes: [0])[0]
    #expect(pruned.elements(as: Float.self) == [0, -3, 2, 0, 5, 0, 0, 4])
  }

  @Test func globallyTheSmallerTensorLosesMore() {
    let tensors = [random([16, 16], seed: 1), random([16, 16], seed: 2, scale: 0.1)]
    let each = Sparsity.magnitude(share: 0.5, global: false).applied(to: tensors, channelAxes: [0, 0])
    #expect(each.map(zeros) == [128, 128])
    let together = Sparsity.magnitude(share: 0.5, global: true).applied(to: tensors, channelAxes: [0, 0])
    #expect(together.map(zeros).reduce(0, +) == 256)
    #expect(zeros(together[1]) > 200)
  }

  @Test(arguments: [0, 1]) func ofEachGroupTheGreatestStay(channelAxis: Int) {
    let weights = random([8, 8], seed: 3)
    let pruned = Sparsity.structured(kept: 2, of: 4).applied(to: [weights], channelAxes: [channelAxis])[0]
      .elements(as: Float.self)
    let original = weights.elements(as: Float.self)
    for channel in 0..<8 {
      for group in 0..<2 {
        let places = (0..<4).map { term in
          channelAxis == 0 ? channel * 8 + group * 4 + term : (group * 4 + term) * 8 + channel
        }
        let kept = places.filter { pruned[$0] != 0 }
        let least = kept.map { abs(original[$0]) }.min() ?? 0
        #expect(kept.count == 2)
        #expect(places.allSatisfy { pruned[$0] != 0 || abs(original[$0]) <= least })
      }
    }
  }

  @Test func blocksGoAsAWhole() {
    let pruned = Sparsity.blocks(share: 0.75, rows: 4, columns: 4).applied(
      to: [random([8, 8], seed: 4)], channelAxes: [0])[0]
    #expect(zeros(pruned) == 48)
    let values = pruned.elements(as: Float.self)
    let kept = values.indices.filter { values[$0] != 0 }
    #expect(Set(kept.map { $0 / 32 * 2 + $0 % 8 / 4 }).count == 1)
  }

  @Test(arguments: [0, 1]) func blocksLieAlongOutputChannels(channelAxis: Int) {
    let pruned = Sparsity.blocks(share: 0.5, rows: 4, columns: 1).applied(
      to: [random([8, 8], seed: 4)], channelAxes: [channelAxis])[0]
    let values = pruned.elements(as: Float.self)
    #expect(zeros(pruned) == 32)
    for block in 0..<2 {
      for term in 0..<8 {
        let kept = (block * 4..<block * 4 + 4).count { channel in
          values[channelAxis == 0 ? channel * 8 + term : term * 8 + channel] != 0
        }
        #expect(kept == 0 || kept == 4)
      }
    }
  }

  @Test func modulesArePrunedByTheirRecipe() throws {
    var graph = Graph(name: "f")
    let x = graph.addInput("x", TensorType(.f32, [2, 8]))
    let w = try graph.append(Constant(random([4, 8], seed: 5), name: "a.weight"), [])[0]
    let turned = try graph.append(Transpose(permutation: [1, 0]), [w])[0]
    let y = try graph.append(Contract(batch: [], contracting: [(1, 0)], result: .f32), [x, turned])[0]
    graph.outputs = [Graph.Output(name: "y", value: y)]
    var module = Module(name: "Test", graphs: [graph])
    let pattern = try #require(PathPattern("a"))
    module.recipe = Recipe(steps: [.init(pattern: pattern, action: .prune(.structured(kept: 1, of: 4)))])
    let records = try module.prune()
    #expect(records.map(\.action) == ["75% zeros"])
    let pruned = try #require(
      (module.graphs[0].nodes[0].operation as? Constant)?.literal.elements(as: Float.self))
    // Groups lie along the terms of the products.
    for start in stride(from: 0, to: 32, by: 4) { #expect(pruned[start..<start + 4].count { $0 != 0 } == 1) }
  }
}
