/// The passes in their order.
public enum Pipeline {
  /// What every build runs: first make the graph simple, then bring products into the form that the schedules know, then
  /// form groups.
  public static let standard: [any Pass] = [
    Simplification(name: "simplify"),
    ConstantFolding(name: "fold-constants"),
    LoopSpecialization(),
    CommonSubexpressionElimination(),
    AffineFolding(),
    ConstantFolding(name: "fold-affine-constants"),
    StaticQuantization(),
    IntegerProducts(),
    ScaleMerging(),
    NarrowProducts(),
    TransposedConvolution(),
    PaddedGroups(),
    ExplicitPadding(),
    ChannelsLast(),
    ContractionNormalization(),
    Simplification(name: "simplify-products"),
    ConstantFolding(name: "fold-packed-constants"),
    WeightCompression(),
    CommonSubexpressionElimination(name: "share-products"),
    DeadCodeElimination(),
    ScaleAbsorption(),
    SparseProducts(),
    Fusion(),
    DeadCodeElimination(name: "remove-fused"),
  ]

  /// What remains without optimization: nothing is fused and nothing is computed before its time.
  public static let unoptimized: [any Pass] = [DeadCodeElimination()]
}
