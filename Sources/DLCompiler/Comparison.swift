import DLGraph
import DLTransforms

/// What two builds of a model compute from the same inputs.
public struct Comparison: Sendable {
  /// The last value that a line of a layer computes.
  public struct Layer: Sendable {
    /// The path of the layer; empty in the model itself.
    public let path: String
    /// The file and line of the source.
    public let place: String
    /// Of the second build against the first, in decibels; infinite where they are equal.
    public let signalToNoise: Double
    public let greatestError: Double

    init(path: String, place: String, _ quality: OutputQuality) {
      self.path = path
      self.place = place
      signalToNoise = quality.signalToNoise
      greatestError = quality.greatestError
    }
  }

  /// The number of examples.
  public internal(set) var exampleCount = 0
  /// The layers in the order of the computation. What has no counterpart in the other build is left out.
  public internal(set) var layers: [Layer] = []
  /// All outputs together, under the path `outputs`.
  public internal(set) var outputs: Layer
  /// The examples for which the greatest number of the first output is at the same place.
  public internal(set) var agreementCount = 0
  /// The examples of which each build finds the class; nil without labels.
  public internal(set) var hits: (first: Int, second: Int)?
}

extension Compiler {
  /// Runs this build and another one of the same model on the reference interpreter, and compares what they compute.
  ///
  /// - Parameters:
  ///   - examples: a file with tensors named as the inputs; the first axis counts the examples.
  ///   - labels: a file with the class of each example.
  public func compare(
    with other: Compiler, _ path: String, examples: String, labels: String? = nil
  ) throws(CompilerError) -> Comparison {
    let (first, second) = (try prepared(path), try other.prepared(path))
    let data = Calibration(tensors: try self.examples(in: examples, for: first))
    let classes = try labels.map { (path) throws(CompilerError) in try Self.labels(in: path) }
    for (a, b) in zip(first.graphs, second.graphs) {
      guard let batches = data.batches(for: a), !batches.isEmpty, data.batches(for: b)?.count == batches.count
      else { continue }
      return try CompilerError.wrapping { try Comparison(a, b, batches, labels: classes) }
    }
    throw .failure(
      "'\(examples)' has no tensors for the inputs of the model: \(first.signatures.joined(separator: "; "))")
  }

  /// The graphs with all that the recipe does to them, before their nodes are gathered into kernels.
  private func prepared(_ path: String) throws(CompilerError) -> Module {
    let source = try readSource(path)
    var compiler = try adopting(source)
    compiler.options.lastPass = WeightCompression().name
    var module = try compiler.elaborate(source)
    try compiler.bindWeights(&module)
    try compiler.optimize(&module)
    return module
  }
}
