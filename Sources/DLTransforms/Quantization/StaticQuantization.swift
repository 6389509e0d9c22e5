import DLGraph

/// Rounds the operands of products to bytes, with scales learnt from typical inputs, where the recipe asks for it.
///
/// Afterwards the graph computes with the rounded numbers, but still in `f32`: `IntegerProducts` makes integers of it.
/// Where a budget is given, products are measured one by one, and the most sensitive ones stay as they are.
public struct StaticQuantization: Pass {
  public let name = "quantize"
  public let summary = "rounds the operands of products to bytes, where the recipe says so"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    if !context.recipe.needsCalibration { return false }
    // What no output depends on needs no measurement.
    let isSmaller = try DeadCodeElimination().run(on: &graph, context: context)
    let plan = StaticPlan(graph, recipe: context.recipe)
    guard !plan.products.isEmpty, let calibration = context.calibration,
      let batches = calibration.batches(for: graph)
    else { return isSmaller }
    var histograms: [ValueID: Histogram] = [:]
    let expected = try graph.evaluate(batches, observing: plan.activations) { value, literal in
      histograms[value, default: Histogram()].add(literal.elements(as: Float.self))
    }
    let scales = histograms.mapValues { AffineScale(covering: calibration.estimator.range(of: $0)) }
    let trial = QuantizationTrial(
      plan: plan, scales: scales, batches: batches, expected: expected, calibration: calibration)
    let excluded = try trial.excluded()
    context.log?.add(trial.records(excluding: excluded))
    if excluded.count == plan.products.count { return isSmaller }
    graph = try plan.applied(scales, excluding: excluded)
    return true
  }
}
