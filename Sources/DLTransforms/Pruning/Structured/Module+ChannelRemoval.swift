import DLGraph
import DLOperations

extension Module {
  /// Removes channels, or heads, of the parameters that a pattern matches, with all that depends on them.
  ///
  /// What is left computes what the module would if all that reads a removed channel multiplied it by zero.
  ///
  /// - Returns: for each parameter that became smaller, what became of it.
  /// - Throws: `PruningError` where nothing of the parameters can be removed.
  mutating func remove(_ removal: ChannelRemoval, matching pattern: PathPattern) throws
    -> [CompressionLog.Record]
  {
    let coupling = ChannelCoupling(self)
    var domains = channelDomains(of: removal.unit, matching: pattern, coupling)
    if domains.isEmpty { throw PruningError(nothingToRemove: removal.unit, pattern) }
    let kept = keptChannels(coupling)
    domains.removeAll { !kept.isDisjoint(with: $0.channels) }
    if domains.isEmpty { return [] }
    let importance = ChannelImportance(
      of: Set(domains.flatMap(\.channels)), in: self, coupling, by: removal.norm)
    var removed = removal.selected(from: domains, by: importance)
    for index in graphs.indices {
      graphs[index].leaveSome(of: &removed, by: importance, coupling, graph: index)
    }
    if removed.isEmpty { return [] }
    var records: [CompressionLog.Record] = []
    for index in graphs.indices {
      let thinned = try graphs[index].removing(removed, coupling, graph: index)
      records += graphs[index].changedParameters(thinned)
      graphs[index] = thinned
    }
    return records
  }

  /// The sets of channels of the matching parameters that may go, those together that share one.
  private func channelDomains(
    of unit: ChannelRemoval.Unit, matching pattern: PathPattern, _ coupling: ChannelCoupling
  ) -> [ChannelDomain] {
    var domains: [ChannelDomain] = []
    for (index, graph) in graphs.enumerated() {
      for node in graph.nodes {
        guard let constant = node.operation as? Constant, let name = constant.parameterName,
          pattern.matches(name), constant.literal.shape.count > 1,
          let axis = graph.channelAxis(of: node.results[0]),
          let sets = coupling.channels(
            of: node.results[0], axis: axis, in: index, constant.literal.shape[axis])
        else { continue }
        var channels: [ChannelCoupling.Channel] = []
        var known: Set<ChannelCoupling.Channel> = [ChannelCoupling.fixed]
        for set in sets where known.insert(set).inserted {
          if coupling.heads.contains(set) == (unit == .heads) { channels.append(set) }
        }
        if channels.isEmpty { continue }
        // Domains that share a set become one.
        var domain = ChannelDomain(parameter: name, channels: channels)
        for place in domains.indices.reversed()
        where !known.isDisjoint(with: domains[place].channels) {
          let other = domains.remove(at: place)
          let others = Set(other.channels)
          domain = ChannelDomain(
            parameter: other.parameter,
            channels: other.channels + domain.channels.filter { !others.contains($0) })
        }
        domains.append(domain)
      }
    }
    return domains
  }
}

extension Module {
  /// The output channels of the parameters that stay as they are.
  fileprivate func keptChannels(_ coupling: ChannelCoupling) -> Set<ChannelCoupling.Channel> {
    var kept: Set<ChannelCoupling.Channel> = []
    for (index, graph) in graphs.enumerated() {
      for node in graph.nodes {
        guard let constant = node.operation as? Constant, let name = constant.parameterName,
          recipe.keeps(name),
          let axis = graph.channelAxis(of: node.results[0]),
          let channels = coupling.channels(
            of: node.results[0], axis: axis, in: index, constant.literal.shape[axis])
        else { continue }
        kept.formUnion(channels)
      }
    }
    return kept
  }
}

/// A recipe asks for something that can't be removed.
public struct PruningError: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String

  init(nothingToRemove unit: ChannelRemoval.Unit, _ pattern: PathPattern) {
    let others: ChannelRemoval.Unit = unit == .heads ? .channels : .heads
    description =
      "nothing that \"\(pattern)\" matches has \(unit.rawValue) that can be removed: outputs of the model, states, and "
      + "what is summed over as a whole keep their extents, and \(others.rawValue) are removed with '\(others.rawValue)'"
  }
}

extension Graph {
  /// Takes the most important channel back where nothing would be left of an axis.
  fileprivate func leaveSome(
    of removed: inout Set<ChannelCoupling.Channel>, by importance: ChannelImportance,
    _ coupling: ChannelCoupling,
    graph index: Int
  ) {
    for value in values.indices.map({ ValueID($0) }) {
      for (axis, extent) in type(of: value).shape.enumerated() {
        guard let extent = extent.constantValue,
          let channels = coupling.channels(of: value, axis: axis, in: index, extent),
          channels.allSatisfy(removed.contains),
          let first = channels.max(by: { (importance[$0], $1) < (importance[$1], $0) })
        else { continue }
        removed.remove(first)
      }
    }
  }

  /// The graph without the removed channels.
  fileprivate func removing(
    _ removed: Set<ChannelCoupling.Channel>, _ coupling: ChannelCoupling, graph index: Int
  ) throws -> Graph {
    func kept(_ value: ValueID, _ axis: Int) -> [Int]? {
      guard let extent = type(of: value).shape[axis].constantValue,
        let channels = coupling.channels(of: value, axis: axis, in: index, extent)
      else { return nil }
      return channels.enumerated().filter { !removed.contains($0.element) }.map(\.offset)
    }
    return try rewritten { node, operands, graph in
      let operation = node.operation.thinned(operands: node.operands.map { type(of: $0) }) { axis in
        switch axis.port {
        case .operand(let operand): kept(node.operands[operand], axis.axis)
        case .result(let result): kept(node.results[result], axis.axis)
        }
      }
      return try graph.append(operation, operands, sites: node.sites)
    }
  }

  /// The parameters whose types differ from those in a graph with the same nodes.
  fileprivate func changedParameters(_ other: Graph) -> [CompressionLog.Record] {
    zip(nodes, other.nodes).compactMap { before, after in
      guard let name = (before.operation as? Constant)?.parameterName else { return nil }
      let (old, new) = (type(of: before.results[0]), other.type(of: after.results[0]))
      if old == new { return nil }
      // Vectors follow the weights before them.
      let reader = nodes.first { $0.operands.contains(before.results[0]) }
      return CompressionLog.Record(
        parameter: name, site: reader?.sites.first, action: "\(old) → \(new)",
        effect: new.rank > 1 ? .removed : .none)
    }
  }
}
