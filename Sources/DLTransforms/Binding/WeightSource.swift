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
  /// Floats of 16 bits are widened where the model has `f32`. Integers with scales, and blocks of a GGUF file, stay as they
  /// are: the graph then says how they are widened.
  ///
  /// - Returns: what is stored in which way, of parameters that the file has in fewer bits.
  /// - Throws: `WeightError` where a tensor is missing, left over, or of another type or shape.
  @discardableResult
  public mutating func bind(_ source: WeightSource) throws -> [CompressionLog.Record] {
    let parameters = parameters
    var values: [String: BoundParameter] = [:]
    var records: [CompressionLog.Record] = []
    switch source {
    case .file(let file, let names):
      let uses = weightUses()
      for (name, tensor) in try Self.match(parameters, file, names) {
        let value = BoundParameter(tensor, uses[name])
        values[name] = value
        if case .stored(let weights) = value {
          let group = weights.count == weights.terms ? "" : " group \(weights.count)"
          let action = "i\(weights.bits)\(group), as in the file"
          records.append(CompressionLog.Record(parameter: name, site: uses[name]?.site, action: action))
        }
      }
    case .random(let seed):
      for (name, type) in parameters {
        guard let shape = type.concreteShape else {
          throw WeightError(
            path: "random weights", problems: ["parameter '\(name)' has an open shape: \(type)"])
        }
        values[name] = .dense(Literal(random: type.elementType, shape: shape, name: name, seed: seed))
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
        switch value {
        case .dense(let literal):
          let constant = Constant(literal, name: parameter.parameterName)
          return try graph.append(constant, [], sites: node.sites)
        case .stored(let weights):
          return [
            try graph.append(weights, name: parameter.parameterName, channelAxis: 0, sites: node.sites)
          ]
        }
      }
    }
    return records.sorted { $0.parameter < $1.parameter }
  }

  private static func match(
    _ parameters: [(name: String, type: TensorType)], _ file: TensorFile, _ table: NameTable
  ) throws(WeightError) -> [String: CheckpointTensor] {
    var problems: [String] = []
    let tensors = CheckpointTensor.all(of: file, problems: &problems)
    let matching = NameMatching(parameters, tensors.map { (name: $0.name, type: $0.type) }, table)
    problems += matching.problems
    guard problems.isEmpty else { throw WeightError(path: file.path, problems: problems) }
    return matching.positions.mapValues { tensors[$0] }
  }
}

/// What takes the place of a parameter.
private enum BoundParameter {
  case dense(Literal)
  case stored(StoredWeights)

  /// - Parameter use: what reads the parameter; nil where that is unknown.
  init(_ tensor: CheckpointTensor, _ use: WeightUse?) {
    if let use, use.channelAxis == 0,
      let weights = tensor.stored(use.isProduct ? .byTerm : .byChannel)
    {
      self = .stored(weights)
      return
    }
    let literal = tensor.dense
    let isHalf = literal.elementType == .f16 || literal.elementType == .bf16
    self = .dense(isHalf ? Convert(to: .f32).evaluate([literal], in: .withoutBodies)[0] : literal)
  }
}
