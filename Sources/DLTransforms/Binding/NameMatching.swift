import DLGraph
import DLSyntax

/// Which tensor of a file each parameter of a model takes.
package struct NameMatching {
  /// The position in the file of the tensor of each parameter that has one.
  package private(set) var positions: [String: Int] = [:]
  /// What doesn't fit, a line each: tensors that are missing, left over, or of another type or shape.
  package private(set) var problems: [String] = []

  /// - Parameters:
  ///   - parameters: what the model needs.
  ///   - tensors: what the file has, in its order.
  ///   - table: how names of the file become names of parameters.
  package init(
    _ parameters: [(name: String, type: TensorType)], _ tensors: [(name: String, type: TensorType)],
    _ table: NameTable
  ) {
    var found: [String: Int] = [:]
    for (position, tensor) in tensors.enumerated() {
      guard let name = table.name(for: tensor.name) else { continue }
      if let other = found.updateValue(position, forKey: name) {
        problems.append("tensors '\(tensors[other].name)' and '\(tensor.name)' both become '\(name)'")
      }
    }
    let names = Set(parameters.map(\.name))
    let extra = found.keys.filter { !names.contains($0) && !Self.isBookkeeping($0) }.sorted()
    for (name, type) in parameters {
      guard let position = found[name] else {
        let guess = Spelling.nearest(to: name, in: extra).map {
          "; did you mean '\($0)', which the model lacks?"
        }
        problems.append("tensor '\(name)' is missing: expected \(type)\(guess ?? "")")
        continue
      }
      let tensor = tensors[position]
      if !Self.holds(tensor.type, type) {
        problems.append("tensor '\(tensor.name)': expected \(type), found \(tensor.type)")
      }
      positions[name] = position
    }
    problems += extra.map { "tensor '\(tensors[found[$0] ?? 0].name)' is not a parameter of the model" }
  }

  /// Whether a tensor has the numbers for a parameter: those of 16 bits are numbers of 32.
  private static func holds(_ tensor: TensorType, _ parameter: TensorType) -> Bool {
    if tensor == parameter { return true }
    let isHalf = tensor.elementType == .f16 || tensor.elementType == .bf16
    return isHalf && parameter.elementType == .f32 && tensor.shape == parameter.shape
  }

  /// Whether a tensor is one that PyTorch's batch normalization keeps for training alone.
  private static func isBookkeeping(_ name: String) -> Bool {
    name.split(separator: ".").last == "num_batches_tracked"
  }
}
