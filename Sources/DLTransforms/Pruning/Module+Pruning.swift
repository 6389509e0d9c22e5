import DLGraph
import DLOperations

extension Module {
  /// Sets the weights to zero that the recipe prunes, in all graphs alike.
  ///
  /// - Returns: what was done to which parameter.
  public mutating func prune() throws -> [CompressionLog.Record] {
    var weights: [String: Literal] = [:]
    var channelAxes: [String: Int] = [:]
    for graph in graphs {
      for node in graph.nodes {
        guard let constant = node.operation as? Constant, let name = constant.parameterName,
          constant.literal.elementType == .f32, constant.literal.shape.count > 1
        else { continue }
        weights[name] = constant.literal
        channelAxes[name] = channelAxes[name] ?? graph.channelAxis(of: node.results[0])
      }
    }
    var records: [CompressionLog.Record] = []
    for step in recipe.steps {
      guard case .prune(let sparsity) = step.action else { continue }
      let names = weights.keys.filter(step.pattern.matches).sorted()
      let literals = names.compactMap { weights[$0] }
      let axes = names.map { channelAxes[$0] ?? 0 }
      for (name, pruned) in zip(names, sparsity.applied(to: literals, channelAxes: axes)) {
        weights[name] = pruned
        let share = pruned.elements(as: Float.self).count { $0 == 0 } * 100 / max(pruned.count, 1)
        records.append(
          CompressionLog.Record(parameter: name, site: nil, action: "\(share)% zeros"))
      }
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
  fileprivate func channelAxis(of value: ValueID) -> Int? {
    for node in nodes {
      if node.operands.count > 1, node.operands[1] == value, let weights = ProductWeights(node.operation) {
        return weights.weightAxis
      }
      if let transpose = node.operation as? Transpose, node.operands[0] == value,
        let axis = channelAxis(of: node.results[0])
      {
        return transpose.permutation[axis]
      }
    }
    return nil
  }
}
