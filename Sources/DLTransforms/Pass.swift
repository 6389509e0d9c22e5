import DLGraph
import DLLoops

/// A transformation of one graph into one that computes the same.
public protocol Pass: Sendable {
  /// The name on the command line and in dumps, such as `fold-constants`.
  var name: String { get }
  /// One sentence for `dlc reference passes`.
  var summary: String { get }

  /// Transforms the graph, but not the bodies inside it.
  ///
  /// - Returns: whether anything changed.
  func run(on graph: inout Graph, context: PassContext) throws -> Bool
}

/// What passes may know besides the graph.
public struct PassContext: Sendable {
  public var target: TargetDescription
  /// The type of the factors of products with weights; sums and all else are `f32`.
  public var arithmetic = ElementType.f32
  /// How the parameters are made smaller.
  public var recipe: Recipe
  /// Typical inputs, where there are any.
  public var calibration: Calibration?
  /// Where passes that make the model smaller say what they did.
  public var log: CompressionLog?
  /// What passes have made of constants so far.
  let foldedConstants = FoldedConstants()

  public init(
    target: TargetDescription, recipe: Recipe = Recipe(), calibration: Calibration? = nil,
    log: CompressionLog? = nil
  ) {
    self.target = target
    self.recipe = recipe
    self.calibration = calibration
    self.log = log
  }
}

/// A pass failed: a fault of the compiler, with the name of the pass to find it by.
public struct PassError: Error, CustomStringConvertible {
  public var pass: String
  public var message: String

  public var description: String { "pass '\(pass)' failed: \(message)" }
}
