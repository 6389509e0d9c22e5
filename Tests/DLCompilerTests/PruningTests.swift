import DLTestSupport
import Foundation
import Testing

/// Pruning on the command line: smaller models, smaller files, and what PyTorch computes with what is left.
@Suite struct PruningTests {
  private let tool: CommandLineTool

  init() throws { tool = try CommandLineTool() }

  /// The network of `tools/reference/pruning.py`.
  private static let network = """
    import nn

    model Net {
      dim B in 1...8
      stem = nn.Conv2d(3, 16, 3, padding: 1, bias: false)
      stem_norm = nn.BatchNorm2d(16)
      first = nn.Conv2d(16, 24, 3, padding: 1, bias: false)
      first_norm = nn.BatchNorm2d(24)
      second = nn.Conv2d(24, 16, 3, padding: 1, bias: false)
      second_norm = nn.BatchNorm2d(16)
      depthwise = nn.Conv2d(16, 16, 3, padding: 1, groups: 16, bias: false)
      depthwise_norm = nn.BatchNorm2d(16)
      head = nn.Conv2d(32, 20, 1, bias: false)
      fc = nn.Linear(20, 5)

      func forward(x: f32[B, 3, 8, 8]) -> f32[B, 5] {
        let h = nn.relu(stem_norm(stem(x)))
        let y = nn.relu(h + second_norm(second(nn.relu(first_norm(first(h))))))
        let z = nn.relu(head(concat([y, depthwise_norm(depthwise(y))], 1)))
        return fc(z.mean([2, 3]))
      }
    }
    """

  /// The size of a file in bytes.
  private func size(_ name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: tool.folder.appending(path: name).path)
    return attributes[.size] as? Int ?? 0
  }

  @Test func channelsAreRemovedAsByHand() throws {
    try tool.write(Self.network, to: "net.dl")
    for file in ["weights", "inputs", "expected"] {
      try tool.copy("Tests/Reference/pruning/\(file).safetensors")
    }
    let outcome = try tool.dlc(
      "build", "net.dl", "--weights", "weights.safetensors", "--prune", "*=50% channels", "--emit", "exe",
      "-o", "net")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains(/head.weight +net.dl:\d+ +f32\[20, 32, 1, 1\] → f32\[10, 16, 1, 1\]/))
    #expect(outcome.output.contains(/in all +8\d\d\d → 2\d\d\d parameters \(-7\d%\)/), "\(outcome.output)")
    let run = try tool.run("net", ["inputs.safetensors", "--expect", "expected.safetensors"])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }

  @Test func whatCannotBeRemovedIsExplained() throws {
    try tool.write(Self.network, to: "net.dl")
    let outcome = try tool.dlc(
      "build", "net.dl", "--random-weights", "1", "--prune", "fc=50% channels")
    #expect(
      outcome.errors == """
        error: nothing that "fc" matches has channels that can be removed: outputs of the model, states, and what is summed \
        over as a whole keep their extents, and heads are removed with 'heads'

        """)
  }

  @Test func zerosAreNotStored() throws {
    try tool.write(
      """
      import nn

      model Wide {
        first = nn.Linear(512, 512)
        second = nn.Linear(512, 512)
        func forward(x: f32[16, 512]) -> f32[16, 512] { return second(nn.relu(first(x))) }
      }
      """, to: "wide.dl")
    func bytes(_ pruning: String...) throws -> Int {
      let options = pruning.flatMap { ["--prune", $0] }
      let outcome = try tool.run(
        CommandLineTool.dlc,
        ["build", "wide.dl", "--random-weights", "1", "--target-cpu", "x86-64-v4", "-o", "."] + options)
      try #require(outcome.status == 0, "\(outcome.errors)")
      return try size("wide.dlw")
    }
    let dense = try bytes()
    #expect(try Double(bytes("*=90% block 16 by 1")) < 0.12 * Double(dense))
    #expect(try Double(bytes("*=90%")) < 0.22 * Double(dense))
    #expect(try Double(bytes("first=50% channels")) < 0.55 * Double(dense))
  }
}
