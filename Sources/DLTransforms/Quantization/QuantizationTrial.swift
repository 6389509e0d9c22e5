import DLGraph

/// Finds by measurement which products can't be quantized within the budget.
struct QuantizationTrial {
  let plan: StaticPlan
  let scales: [ValueID: AffineScale]
  let batches: [[Literal]]
  /// The outputs of the unquantized graph for each batch.
  let expected: [[Literal]]
  let calibration: Calibration

  /// The positions of the products that stay as they are: as few as possible of the most sensitive ones.
  func excluded() throws -> Set<Int> {
    if try isWithinBudget(excluding: []) { return [] }
    let ranked = try plan.products.map { ($0.node, try alone($0).signalToNoise) }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    // The least number of excluded products that suffices; that more of them never hurt is assumed.
    var (tooFew, enough) = (0, ranked.count)
    while enough - tooFew > 1 {
      let middle = (tooFew + enough) / 2
      if try isWithinBudget(excluding: Set(ranked.prefix(middle))) {
        enough = middle
      } else {
        tooFew = middle
      }
    }
    return Set(ranked.prefix(enough))
  }

  /// What becomes of each product.
  func records(excluding excluded: Set<Int>) -> [CompressionLog.Record] {
    plan.products.map { product in
      let node = plan.graph.nodes[product.node]
      return CompressionLog.Record(
        parameter: product.parameter, site: node.sites.first,
        action: excluded.contains(product.node) ? "kept f32" : "i8")
    }
  }

  /// The quality of the outputs where one product alone is quantized.
  private func alone(_ product: StaticPlan.Product) throws -> OutputQuality {
    try quality(excluding: Set(plan.products.map(\.node)).subtracting([product.node])).quality
  }

  private func isWithinBudget(excluding excluded: Set<Int>) throws -> Bool {
    if calibration.budget == .none { return true }
    let (quality, classes) = try quality(excluding: excluded)
    switch calibration.budget {
    case .none: return true
    case .signalToNoise(let least): return quality.signalToNoise >= least
    case .accuracyDrop(let most):
      guard let labels = calibration.labels, !labels.isEmpty else { return true }
      let before = Self.hits(expected.flatMap { $0.first?.classes ?? [] }, labels)
      return Double(before - Self.hits(classes, labels)) <= most * Double(labels.count)
    }
  }

  private func quality(excluding excluded: Set<Int>) throws -> (quality: OutputQuality, classes: [Int]) {
    let outputs = try plan.applied(scales, excluding: excluded).evaluate(batches)
    var quality = OutputQuality()
    for (found, expected) in zip(outputs.joined(), expected.joined()) {
      if let found = found.floats, let expected = expected.floats { quality.add(found, expected: expected) }
    }
    return (quality, outputs.flatMap { $0.first?.classes ?? [] })
  }

  private static func hits(_ classes: [Int], _ labels: [Int]) -> Int {
    zip(classes, labels).count { $0 == $1 }
  }
}
