import DLEvaluation
import DLGraph
import DLOperations
import DLTransforms

extension Comparison {
  /// Evaluates two graphs on the same batches.
  init(_ first: Graph, _ second: Graph, _ batches: [[Literal]], labels: [Int]?) throws {
    var qualities: [LayerKey: OutputQuality] = [:]
    var order: [LayerKey] = []
    var whole = OutputQuality()
    var classes: (first: [Int], second: [Int]) = ([], [])
    for batch in batches {
      let (a, b) = (try LayerValues(first, batch), try LayerValues(second, batch))
      for key in a.order {
        guard let expected = a.values[key], let found = b.values[key], expected.shape == found.shape,
          let numbers = found.floats, let reference = expected.floats
        else { continue }
        if qualities[key] == nil { order.append(key) }
        qualities[key, default: OutputQuality()].add(numbers, expected: reference)
      }
      for (expected, found) in zip(a.outputs, b.outputs) {
        if let numbers = found.floats, let reference = expected.floats {
          whole.add(numbers, expected: reference)
        }
      }
      classes.first += a.outputs.first?.classes ?? []
      classes.second += b.outputs.first?.classes ?? []
    }
    self.init(outputs: Layer(path: "outputs", place: "", whole))
    layers = order.compactMap { key in
      qualities[key].map { Layer(path: key.path, place: "\(key.file):\(key.line)", $0) }
    }
    exampleCount = classes.first.count
    agreementCount = zip(classes.first, classes.second).count { $0 == $1 }
    if let labels {
      hits = (zip(classes.first, labels).count { $0 == $1 }, zip(classes.second, labels).count { $0 == $1 })
    }
  }
}

/// A line of a layer.
private struct LayerKey: Hashable {
  var path: String
  var file: String
  var line: Int
}

/// The values of a graph for some inputs: the last floating-point one of each line of each layer.
private struct LayerValues {
  private(set) var values: [LayerKey: Literal] = [:]
  /// The lines in the order in which they first give a value.
  private(set) var order: [LayerKey] = []
  private(set) var outputs: [Literal] = []

  init(_ graph: Graph, _ inputs: [Literal]) throws {
    var values: [LayerKey: Literal] = [:]
    var order: [LayerKey] = []
    var evaluator = Evaluator()
    evaluator.observe = { node, results in
      guard let site = node.sites.first, let literal = results.last, literal.elementType.isFloatingPoint,
        !literal.shape.isEmpty, !(node.operation is Constant)
      else { return }
      let key = LayerKey(path: site.path, file: site.file, line: site.line)
      if values.updateValue(literal, forKey: key) == nil { order.append(key) }
    }
    outputs = try evaluator.evaluate(graph, inputs: inputs)
    self.values = values
    self.order = order
  }
}
