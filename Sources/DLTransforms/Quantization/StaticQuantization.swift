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
    var plan = StaticPlan(graph, recipe: context.recipe, target: context.target)
    guard !plan.products.isEmpty, let calibration = context.calibration,
      let batches = calibration.batches(for: graph)
    else { return isSmaller }
    var histograms: [ValueID: Histogram] = [:]
    var means: [ValueID: ChannelMeans] = [:]
    let axes = plan.activationAxes
    let expected = try calibration.evaluate(graph, batches, observing: plan.activations) { value, literal in
      histograms[value, default: Histogram()].add(literal.elements(as: Float.self))
      if let axis = axes[value] { means[value, default: ChannelMeans()].add(literal, axis: axis) }
    }
    if calibration.correctsBias { plan.correct(means) }
    let scales = plan.shared(
      histograms.mapValues { AffineScale(covering: calibration.estimator.range(of: $0)) })
    var excluded: Set<Int> = []
    var signalToNoise: [Int: Double] = [:]
    if calibration.budget != .none || calibration.reportsEachProduct {
      let trial = try QuantizationTrial(plan, scales, batches, expected: expected, calibration)
      if calibration.budget != .none { excluded = try trial.excluded() }
      if calibration.reportsEachProduct {
        for product in plan.products { signalToNoise[product.node] = try trial.alone(product).signalToNoise }
      }
    }
    context.log?.add(plan.records(excluding: excluded, signalToNoise: signalToNoise))
    if excluded.count == plan.products.count { return isSmaller }
    graph = try plan.applied(scales, excluding: excluded)
    return true
  }
}
