import DLGraph
import DLOperations

extension Module {
  /// Follows the steps of the recipe that prune, in all graphs alike.
  ///
  /// - Returns: what was done to which parameter.
  /// - Throws: `PruningError` where a step can't be followed.
  public mutating func prune() throws -> [CompressionLog.Record] {
    let before = ModelSize(self)
    var records: [CompressionLog.Record] = []
    for step in recipe.steps {
      switch step.action {
      case .prune(let sparsity): records += try zeroWeights(sparsity, matching: step.pattern)
      case .remove(let removal): records += try remove(removal, matching: step.pattern)
      case .precision, .quantize, .keep: continue
      }
    }
    let after = ModelSize(self)
    if after != before {
      records.append(
        CompressionLog.Record(parameter: "in all", site: nil, action: after.change(from: before)))
    }
    return records
  }

  /// Sets weights of the parameters that a pattern matches to zero.
  private mutating func zeroWeights(
    _ sparsity: Sparsity, matching pattern: PathPattern
  ) throws -> [CompressionLog.Record] {
    var weights: [String: Literal] = [:]
    var channelAxes: [String: Int] = [:]
    var sites: [String: Site] = [:]
    for graph in graphs {
      for node in graph.nodes {
        guard let constant = node.operation as? Constant, let name = constant.parameterName,
          pattern.matches(name), !recipe.keeps(name), constant.literal.elementType == .f32,
          constant.literal.shape.count > 1
        else { continue }
        weights[name] = constant.literal
        sites[name] = sites[name] ?? graph.nodes.first { $0.operands.contains(node.results[0]) }?.sites.first
        channelAxes[name] = channelAxes[name] ?? graph.channelAxis(of: node.results[0])
      }
    }
    let names = weights.keys.sorted()
    let literals = names.compactMap { weights[$0] }
    let axes = names.map { channelAxes[$0] ?? 0 }
    var records: [CompressionLog.Record] = []
    for (name, pruned) in zip(names, sparsity.applied(to: literals, channelAxes: axes)) {
      weights[name] = pruned
      let zeros = pruned.elements(as: Float.self).count { $0 == 0 }
      let share = (200 * zeros + pruned.count) / max(2 * pruned.count, 1)
      records.append(
        CompressionLog.Record(
          parameter: name, site: sites[name], action: "\(share)% zeros", effect: .zeros))
    }
    if records.isEmpty { return [] }
    let changed = weights
    for index in graphs.indices {
      graphs[index] = try graphs[index].rewritten { node, _, graph in
        guard let constant = node.operation as? Constant, let name = constant.parameterName,
          let literal = changed[name]
        else { return nil }
        return try graph.append(Constant(literal, name: name), [], sites: node.sites)
      }
    }
    return records
  }
}

extension Graph {
  /// The axis of weights that counts output channels, from the first product that reads them; nil where none does.
  func channelAxis(of value: ValueID) -> Int? {
    for node in nodes {
      if node.operands.count > 1, node.operands[1] == value, let weights = ProductWeights(node.operation) {
        return weights.weightAxis
      }
      guard node.operands.first == value else { continue }
      switch node.operation {
      case let transpose as Transpose:
        if let axis = channelAxis(of: node.results[0]) { return transpose.permutation[axis] }
      case is Slice: if let axis = channelAxis(of: node.results[0]) { return axis }
      default: continue
      }
    }
    return nil
  }
}

/// How much a model holds and computes.
private struct ModelSize: Equatable {
  var parameters = 0
  /// The operations of a call of each graph, with the least value of each open dimension.
  var operations = 0

  init(_ module: Module) {
    var names: Set<String> = []
    for graph in module.graphs {
      for node in graph.nodes {
        guard let constant = node.operation as? Constant, let name = constant.parameterName,
          names.insert(name).inserted
        else { continue }
        parameters += constant.literal.count
      }
      operations += graph.operationCount.evaluate { max($0.lower, 1) } ?? 0
    }
  }

  func change(from other: ModelSize) -> String {
    func share(_ new: Int, _ old: Int) -> Int { old > 0 ? (old - new) * 100 / old : 0 }
    return "\(other.parameters) → \(parameters) parameters (-\(share(parameters, other.parameters))%), "
      + "\(other.operations) → \(operations) operations (-\(share(operations, other.operations))%)"
  }
}
