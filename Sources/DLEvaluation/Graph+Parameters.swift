import DLGraph

extension Graph {
  /// The names of the parameters that no constant has taken the place of, also in bodies, in the order of the nodes.
  public var unboundParameters: [String] {
    var names: [String] = []
    for node in nodes {
      for attribute in node.operation.attributes.entries {
        switch attribute.value {
        case .graph(let body): names += body.unboundParameters
        case .string(let name) where node.operation.name == "parameter": names.append(name)
        default: break
        }
      }
    }
    return names
  }
}
