import DLTestSupport
import Foundation
import Testing

/// `dlc ir --format dot` and `svg`.
@Suite struct DrawingTests {
  private let tool: CommandLineTool

  init() throws {
    tool = try CommandLineTool()
    try tool.write(
      """
      import nn

      layer Block(width: Int) {
        norm = nn.LayerNorm(width)
        linear = nn.Linear(width, width)

        func forward(x: f32[B, width]) -> f32[B, width] { return x + linear(norm(x)) }
      }

      model Net(width: Int = 4) {
        dim B in 1...8
        blocks = [Block(width) for _ in 0..<2]

        func forward(x: f32[B, width]) -> f32[B, width] {
          var y = x
          for block in blocks { y = block(y) }
          return relu(y)
        }
      }
      """, to: "net.dl")
  }

  private func dot(_ options: String...) throws -> [String] {
    let outcome = try tool.run(
      CommandLineTool.dlc, ["ir", "net.dl", "--after", "none", "--format", "dot"] + options)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// Two layers in each block, each one box, in a frame around the block.
  @Test func layersBecomeBoxes() throws {
    let lines = try dot("--depth", "2")
    #expect(lines.filter { $0.contains("label=\"norm\"") }.count == 2)
    #expect(lines.filter { $0.contains("label=\"linear\"") }.count == 2)
    #expect(lines.contains("subgraph \"cluster_blocks.1\" {"))
    #expect(lines.filter { $0.contains("[label=\"add\"") }.count == 2)
    #expect(lines.contains { $0.contains("-> ") && $0.contains("f32[B, 4]") })
  }

  @Test func everyOperationHasAVertex() throws {
    let lines = try dot()
    for operation in ["reduce", "contract", "rsqrt"] {
      #expect(lines.filter { $0.contains("[label=\"\(operation)\"") }.count >= 2, "\(operation)")
    }
    #expect(lines.filter { $0.contains("subgraph") }.count == 6)
  }

  @Test func wrongOptionsAreRefused() throws {
    let stage = try tool.dlc("ir", "net.dl", "--stage", "loops", "--format", "dot")
    #expect(stage.status == 64 && stage.errors.contains("--format dot shows one graph"))
    let entry = try tool.dlc("ir", "net.dl", "--after", "none", "--format", "dot", "--entry", "backward")
    #expect(entry.status == 1)
    #expect(entry.errors == "error: the model has no function 'backward'; it has 'forward'\n")
  }
}
