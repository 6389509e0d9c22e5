import DLGraph

/// Finds by measurement which products can't be quantized within the budget.
struct QuantizationTrial {
  private let plan: StaticPlan
  private let batches: [[Literal]]
  /// The outputs of the unquantized graph for each batch.
  private let expected: [[Literal]]
  private let calibration: Calibration
  private let switched: SwitchedQuantization
  private let prepared: any PreparedGraph

  /// How many examples are enough to compare the products with each other.
  private static let rankingLimit = 16

  init(
    _ plan: StaticPlan, _ scales: [ValueID: AffineScale], _ batches: [[Literal]], expected: [[Literal]],
    _ calibration: Calibration
  ) throws {
    self.plan = plan
    self.batches = batches
    self.expected = expected
    self.calibration = calibration
    switched = try SwitchedQuantization(plan, scales)
    prepared = try calibration.executor.prepare(
      switched.graph, exampleCount: batches.exampleCount + plan.products.count * Self.rankingLimit)
  }

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

  /// The quality of the outputs for some examples where one product alone is quantized.
  func alone(_ product: StaticPlan.Product) throws -> OutputQuality {
    var count = 0
    let few = batches.prefix { batch in
      defer { count += batch.first?.shape.first ?? 1 }
      return count < Self.rankingLimit
    }
    return try quality(quantizing: [product.node], few).quality
  }

  private func isWithinBudget(excluding excluded: Set<Int>) throws -> Bool {
    let chosen = Set(plan.products.map(\.node)).subtracting(excluded)
    let (quality, classes) = try quality(quantizing: chosen, batches[...])
    switch calibration.budget {
    case .none: return true
    case .signalToNoise(let least): return quality.signalToNoise >= least
    case .accuracyDrop(let most):
      guard let labels = calibration.labels, !labels.isEmpty else { return true }
      let before = Self.hits(expected.flatMap { $0.first?.classes ?? [] }, labels)
      return Double(before - Self.hits(classes, labels)) <= most * Double(labels.count)
    }
  }

  private func quality(
    quantizing positions: Set<Int>, _ batches: ArraySlice<[Literal]>
  ) throws -> (quality: OutputQuality, classes: [Int]) {
    let switches = switched.switches(quantizing: positions)
    var quality = OutputQuality()
    var classes: [Int] = []
    for (batch, expected) in zip(batches, expected) {
      let outputs = try prepared.run(batch + [switches])
      for (found, expected) in zip(outputs, expected) {
        if let found = found.floats, let expected = expected.floats { quality.add(found, expected: expected) }
      }
      classes += outputs.first?.classes ?? []
    }
    return (quality, classes)
  }

  private static func hits(_ classes: [Int], _ labels: [Int]) -> Int {
    zip(classes, labels).count { $0 == $1 }
  }
}
