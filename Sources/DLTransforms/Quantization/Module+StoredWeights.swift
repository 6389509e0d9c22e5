import DLGraph
import DLOperations

extension Module {
  /// Stores the matrices in few bits for which the recipe asks for groups of weights, before anything is computed from
  /// them: a large model is then never twice in memory as `f32`.
  ///
  /// Of a parameter that something else reads than products and look-ups of its rows, nothing is changed here.
  ///
  /// - Returns: what was done to which parameter.
  public mutating func storeWeights() throws -> [CompressionLog.Record] {
    guard recipe.steps.contains(where: { $0.action.storesGroups }) else { return [] }
    let uses = weightUses()
    var matrices: [String: Literal] = [:]
    for graph in graphs {
      for node in graph.nodes {
        guard let constant = node.operation as? Constant, let name = constant.parameterName,
          constant.literal.elementType == .f32, constant.literal.shape.count == 2
        else { continue }
        matrices[name] = constant.literal
      }
    }
    var stored: [String: (weights: StoredWeights, channelAxis: Int)] = [:]
    var records: [CompressionLog.Record] = []
    for (name, weights) in matrices.sorted(by: { $0.key < $1.key }) {
      guard case .quantize(let scheme)? = recipe.storage(of: name), scheme.storesGroups, let use = uses[name],
        let channelAxis = use.channelAxis
      else { continue }
      let terms = weights.shape[1 - channelAxis]
      var count = terms
      if case .group(let size) = scheme.granularity, size < terms { count = size }
      guard count > 0, terms % count == 0, scheme.bits == 8 || count % 2 == 0 else { continue }
      let order: StoredWeights.Order = use.isProduct ? .byTerm : .byChannel
      stored[name] = (
        StoredWeights(weights, channelAxis: channelAxis, bits: scheme.bits, count: count, order: order),
        channelAxis
      )
      matrices[name] = nil
      let mode = scheme.mode == .dynamic && use.isProduct ? " dynamic" : ""
      let group = count == terms ? "" : " group \(count)"
      records.append(
        CompressionLog.Record(
          parameter: name, site: use.site, action: "i\(scheme.bits)\(group)\(mode)", effect: .narrower))
    }
    let found = stored
    for index in graphs.indices {
      graphs[index] = try graphs[index].rewritten { node, _, graph in
        guard let constant = node.operation as? Constant, let name = constant.parameterName,
          constant.literal.elementType == .f32, let (weights, axis) = found[name]
        else { return nil }
        return [try graph.append(weights, name: name, channelAxis: axis, sites: node.sites)]
      }
    }
    return records
  }

  /// What reads each parameter, or what took its place.
  func weightUses() -> [String: WeightUse] {
    var uses: [String: WeightUse] = [:]
    for graph in graphs {
      for node in graph.nodes {
        let name =
          (node.operation as? Constant)?.parameterName
          ?? (node.operation as? DLOperations.Parameter)?.parameterName
        if let name { uses[name, default: WeightUse()].add(graph.use(of: node.results[0])) }
      }
    }
    return uses
  }
}

extension Recipe.Action {
  fileprivate var storesGroups: Bool {
    if case .quantize(let scheme) = self { scheme.storesGroups } else { false }
  }
}

extension QuantizationScheme {
  /// Whether weights share scales in groups, or are too small to be the operands of integer products.
  var storesGroups: Bool {
    if case .group = granularity { return mode != .static }
    return bits == 4
  }
}

/// What reads a matrix of weights.
struct WeightUse {
  /// The axis that counts output channels, or rows that are looked up; nil where it is read in another way.
  private(set) var channelAxis: Int?
  /// Whether products read it.
  private(set) var isProduct = false
  /// The first that does.
  private(set) var site: Site?
  private var isKnown = false

  /// Nothing reads it.
  init() {}

  init(channelAxis: Int?, isProduct: Bool, site: Site?) {
    self.channelAxis = channelAxis
    self.isProduct = isProduct
    self.site = site
    isKnown = true
  }

  /// Adds what else reads it.
  mutating func add(_ other: WeightUse) {
    guard other.isKnown else { return }
    if !isKnown {
      self = other
      return
    }
    if channelAxis != other.channelAxis { channelAxis = nil }
    if other.isProduct, !isProduct { site = other.site }
    isProduct = isProduct || other.isProduct
  }
}

extension Graph {
  /// What reads a value, the bodies of loops included.
  fileprivate func use(of value: ValueID) -> WeightUse {
    var result = WeightUse()
    for node in nodes {
      for (position, operand) in node.operands.enumerated() where operand == value {
        result.add(use(by: node, position))
      }
    }
    if outputs.contains(where: { $0.value == value }) {
      result.add(WeightUse(channelAxis: nil, isProduct: false, site: nil))
    }
    return result
  }

  private func use(by node: Node, _ position: Int) -> WeightUse {
    let site = node.sites.first
    switch node.operation {
    case let contract as Contract where position == 1:
      let axis = type(of: node.operands[1]).rank == 2 ? ProductWeights(contract)?.weightAxis : nil
      return WeightUse(channelAxis: axis, isProduct: true, site: site)
    case let gather as Gather where position == 0 && gather.axis == 0:
      return WeightUse(channelAxis: 0, isProduct: false, site: site)
    case let transpose as Transpose where transpose.permutation == [1, 0]:
      let inner = use(of: node.results[0])
      return inner.channelAxis.map {
        WeightUse(channelAxis: 1 - $0, isProduct: inner.isProduct, site: inner.site)
      } ?? inner
    case let scan as Scan where position >= scan.carries + scan.sequences:
      return scan.body.use(of: scan.body.inputs[position].value)
    case let loop as While where position >= loop.carries:
      var uses = loop.body.use(of: loop.body.inputs[position].value)
      uses.add(loop.condition.use(of: loop.condition.inputs[position].value))
      return uses
    default: return WeightUse(channelAxis: nil, isProduct: false, site: site)
    }
  }
}
