import ArgumentParser
import DLCompiler
import DLFormats
import DLRuntime

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what is in a compiled library or a file of tensors.",
    discussion: """
      Takes .so files that dlc made for this CPU (their weights need not be there), and .safetensors, .npy, .npz and
      .index.json files.
      """)

  @Argument(help: "The file.", completion: .file())
  var file: String

  func run() throws {
    try reportingErrors {
      let lines = file.hasSuffix(".so") ? try model() : try tensors()
      for line in lines { print(line) }
    }
  }

  private func model() throws -> [String] {
    let model = try Model(path: file, weights: .absent)
    var lines = [
      "model \(model.name)",
      "  made by   \(model.provenance.compiler), source \(model.provenance.source)",
      "  options   \(model.provenance.recipe.isEmpty ? "none" : model.provenance.recipe)",
      "  target    \(model.target.triple), \(model.target.cpu)",
      "  features  \(model.target.features)",
    ]
    for state in model.states { lines.append("  state     \(state.name): \(state.typeText)") }
    for entry in model.entries {
      let inputs = entry.inputs.map { "\($0.name): \($0.typeText)" }.joined(separator: ", ")
      let outputs = entry.outputs.map { "\($0.name): \($0.typeText)" }.joined(separator: ", ")
      lines.append(
        "  func \(entry.name)(\(inputs)) -> (\(outputs)), workspace \(entry.workspaceByteCount) bytes")
    }
    return lines
  }

  private func tensors() throws -> [String] {
    let file = try TensorFile.open(file)
    let total = file.entries.reduce(0) { $0 + $1.literal.byteCount }
    return file.entries.map { "\($0.name): \($0.type)\($0.encoding.map { " in \($0.rawValue)" } ?? "")" } + [
      "\(file.entries.count) tensors, \(total) bytes"
    ]
  }
}
