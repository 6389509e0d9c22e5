import DLFormats
import DLGraph
import DLOperations

/// Where the values of parameters come from.
public enum WeightSource: Sendable {
  /// Tensors by name, after the table has translated the names. Each is either used by the model or reported; only
  /// PyTorch's `num_batches_tracked` and what the table says are passed over.
  case file(TensorFile, names: NameTable = NameTable())
  /// Seeded random numbers of the size that training starts from, so that a model can be tried without weights.
  case random(seed: UInt64)
}

/// Weights that don't fit a model: every problem there is, a line each.
public struct WeightError: Error, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  public var problems: [String]

  public var description: String {
    let shown = problems.prefix(20).map { "\n  \($0)" }.joined()
    let rest = problems.count > 20 ? "\n  … and \(problems.count - 20) more" : ""
    return "\(path): the weights do not fit the model\(shown)\(rest)"
  }
}

extension Module {
  /// The parameters of all entry points, each once, in order of name.
  public var parameters: [(name: String, type: TensorType)] {
    var found: [String: TensorType] = [:]
    for node in graphs.flatMap(\.nodes) {
      if let parameter = node.operation as? DLOperations.Parameter {
        found[parameter.parameterName] = parameter.type
      }
    }
    return found.sorted { $0.key < $1.key }.map { (name: $0.key, type: $0.value) }
  }

  /// Replaces every parameter by its value.
  ///
  /// - Throws: `WeightError` where a tensor is missing, left over, or of another type or shape.
  public mutating func bind(_ source: WeightSource) throws {
    let parameters = parameters
    var values: [String: Literal] = [:]
    switch source {
    case .file(let file, let names): values = try Self.match(parameters, file, names)
    case .random(let seed):
      for (name, type) in parameters {
        guard let shape = type.concreteShape else {
          throw WeightError(
            path: "random weights", problems: ["parameter '\(name)' has an open shape: \(type)"])
        }
        values[name] = Literal(random: type.elementType, shape: shape, name: name, seed: seed)
      }
    }
    let bound = values
    for index in graphs.indices {
      graphs[index] = try graphs[index].rewritten { node, _, graph in
        guard let parameter = node.operation as? DLOperations.Parameter,
          let value = bound[parameter.parameterName]
        else {
          return nil
        }
        return try graph.append(Constant(value, name: parameter.parameterName), [], sites: node.sites)
      }
    }
  }

  private static func match(
    _ parameters: [(name: String, type: TensorType)], _ file: TensorFile, _ table: NameTable
  ) throws(WeightError) -> [String: Literal] {
    let tensors = file.entries.map { (name: $0.name, type: $0.literal.type) }
    let matching = NameMatching(parameters, tensors, table)
    guard matching.problems.isEmpty else { throw WeightError(path: file.path, problems: matching.problems) }
    return matching.positions.mapValues { file.entries[$0].literal }
  }
}
