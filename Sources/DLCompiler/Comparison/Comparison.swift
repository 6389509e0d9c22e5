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

    fileprivate init(path: String, place: String, _ quality: OutputQuality) {
      self.path = path
      self.place = place
      signalToNoise = quality.signalToNoise
      greatestError = quality.greatestError
    }
  }

  /// The number of examples.
  public let exampleCount: Int
  /// The layers in the order of the computation. What has no counterpart in the other build is left out.
  public let layers: [Layer]
  /// All floating-point outputs together, under the path `outputs`.
  public let outputs: Layer
  /// The rows of the last axis of the first output whose greatest number is at the same place; for integers, the equal
  /// elements.
  public let agreementCount: Int
  /// The rows, or integers, of the first output.
  public let rowCount: Int
  /// The examples of which each build finds the class; nil without labels.
  public let hits: (first: Int, second: Int)?
  /// The inputs of one call, in the order of the model's.
  package let firstBatch: [Literal]

  /// Runs two builds of a model on the same inputs, and compares what they compute.
  ///
  /// - Parameters:
  ///   - first: what the second one should compute.
  ///   - examples: a file with tensors named as the inputs; the first axis counts the examples.
  ///   - labels: a file with the class of each example.
  public init(
    of first: ComparedBuild, with second: ComparedBuild, examples: String, labels: String? = nil
  ) throws(CompilerError) {
    let labels = try labels.map { (path) throws(CompilerError) in try Compiler.labels(in: path) }
    let (a, b) = (try first.observed(examples), try second.observed(examples))
    guard a.batches.map({ $0.map(\.shape) }) == b.batches.map({ $0.map(\.shape) }) else {
      let sizes = [a, b].map { "\($0.batches.first?.first?.shape.first ?? 1)" }
      throw .failure(
        "the builds take \(sizes[0]) and \(sizes[1]) examples a call: give both the same number with --fix")
    }
    if let labels, labels.count < a.batches.exampleCount {
      throw .failure("there are \(a.batches.exampleCount) examples, but only \(labels.count) labels")
    }
    self = try CompilerError.wrapping { try Comparison(a, b, labels: labels) }
  }

  private init(_ first: ObservedBuild, _ second: ObservedBuild, labels: [Int]?) throws {
    var qualities: [ObservedLayer: OutputQuality] = [:]
    var whole = OutputQuality()
    var classes: (first: [Int], second: [Int]) = ([], [])
    var agreement = (equal: 0, of: 0)
    for batch in first.batches {
      let (a, b) = (try first.run(batch), try second.run(batch))
      for layer in first.layers {
        guard let expected = a.layers[layer], let found = b.layers[layer], expected.shape == found.shape,
          let numbers = found.floats, let reference = expected.floats
        else { continue }
        qualities[layer, default: OutputQuality()].add(numbers, expected: reference)
      }
      for (expected, found) in zip(a.outputs, b.outputs) {
        if let numbers = found.floats, let reference = expected.floats {
          whole.add(numbers, expected: reference)
        }
      }
      if let expected = a.outputs.first, let found = b.outputs.first {
        let (these, those) = (expected.choices, found.choices)
        agreement.of += these.count
        agreement.equal += zip(these, those).count { $0 == $1 }
      }
      classes.first += a.outputs.first?.classes ?? []
      classes.second += b.outputs.first?.classes ?? []
    }
    outputs = Layer(path: "outputs", place: "", whole)
    layers = first.layers.compactMap { layer in
      let place = "\(layer.file.lastPathComponent):\(layer.line)"
      return qualities[layer].map { Layer(path: layer.path, place: place, $0) }
    }
    exampleCount = first.batches.exampleCount
    (agreementCount, rowCount) = agreement
    hits = labels.map { labels in
      (zip(classes.first, labels).count { $0 == $1 }, zip(classes.second, labels).count { $0 == $1 })
    }
    firstBatch = first.batches.first ?? []
  }
}

extension Literal {
  /// Of numbers, the places of the greatest of each row of the last axis; of integers, the integers.
  fileprivate var choices: [Int64] {
    switch elementType {
    case .i64: return elements(as: Int64.self)
    case .i32: return elements(as: Int32.self).map { Int64($0) }
    default: break
    }
    guard let values = floats else { return [] }
    let width = max(shape.last ?? 1, 1)
    return stride(from: 0, to: values.count, by: width).map { start in
      let row = values[start..<start + width]
      return Int64((row.indices.max { row[$0] < row[$1] } ?? start) - start)
    }
  }
}
