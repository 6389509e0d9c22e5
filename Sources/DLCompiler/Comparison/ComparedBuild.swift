import DLGraph
import DLOperations
import DLRuntime
import DLTransforms

/// One side of a comparison.
public enum ComparedBuild: Sendable {
  /// A model of a source, compiled for this machine so that the values of its layers can be seen.
  ///
  /// - Parameter observesLayers: whether the values of layers are looked at, which takes memory.
  case compiled(Compiler, path: String, observesLayers: Bool = true)
  /// Likewise, computed by the reference evaluator.
  case evaluated(Compiler, path: String)
  /// A library that was built before. Of it only the outputs can be seen.
  case library(path: String)

  /// Makes it ready to be run on the examples of a file.
  func observed(_ examples: String) throws(CompilerError) -> ObservedBuild {
    switch self {
    case .compiled(let compiler, let path, let observesLayers):
      try ObservedBuild(compiler, path, examples, isNative: true, observesLayers: observesLayers)
    case .evaluated(let compiler, let path):
      try ObservedBuild(compiler, path, examples, isNative: false, observesLayers: true)
    case .library(let path): try ObservedBuild(library: path, examples)
    }
  }
}

/// A line of a layer.
struct ObservedLayer: Hashable {
  var path: String
  var file: String
  var line: Int
}

/// An entry point that can be run, and examples for it.
struct ObservedBuild {
  /// The inputs of one call after the other.
  let batches: [[Literal]]
  /// The lines of which a value is seen, in the order of the computation.
  let layers: [ObservedLayer]
  private let outputCount: Int
  private let prepared: any PreparedGraph

  /// The outputs, and the last value of each line.
  func run(_ inputs: [Literal]) throws -> (outputs: [Literal], layers: [ObservedLayer: Literal]) {
    let results = try prepared.run(inputs)
    let values = Dictionary(uniqueKeysWithValues: zip(layers, results.dropFirst(outputCount)))
    return (Array(results.prefix(outputCount)), values)
  }

  /// The first entry point of a model for which the examples are.
  fileprivate init(
    _ compiler: Compiler, _ path: String, _ examples: String, isNative: Bool, observesLayers: Bool
  ) throws(CompilerError) {
    let source = try compiler.readSource(path)
    let compiler = try compiler.adopting(source)
    var module = try compiler.elaborate(source)
    let tensors = try Compiler.examples(in: examples, for: module.tensorInputs)
    try compiler.bindWeights(&module)
    var chosen: (batches: [[Literal]], layers: [ObservedLayer], outputCount: Int)?
    var graph: Graph?
    try compiler.optimize(&module) { (module) throws(CompilerError) in
      for candidate in module.graphs {
        guard let batches = candidate.exampleInputs?.batches(of: tensors), !batches.isEmpty else { continue }
        var observed = candidate
        let layers = observesLayers ? observed.observeLayers() : []
        chosen = (batches, layers, candidate.outputs.count)
        graph = observed
        module.graphs = [observed]
        return
      }
      throw .noExamples(examples, for: module.signatures)
    }
    guard let chosen, let graph else { preconditionFailure("a graph was chosen") }
    (batches, layers, outputCount) = chosen
    if isNative, graph.hasBoundedValues {
      let program = try compiler.lower(module)
      let compiled = try compiler.generate(program, from: source)
      prepared = try CompilerError.wrapping { try NativeGraph(compiled) }
    } else {
      prepared = Interpreter().prepare(graph, exampleCount: batches.exampleCount)
    }
  }

  /// The first entry point of a library for which the examples are.
  fileprivate init(library path: String, _ examples: String) throws(CompilerError) {
    let model = try CompilerError.wrapping { try Model(path: path) }
    let tensors = try Compiler.examples(
      in: examples, for: Set(model.entries.flatMap { $0.inputs.map(\.name) }))
    for entry in model.entries {
      guard let batches = entry.exampleInputs.batches(of: tensors), !batches.isEmpty else { continue }
      self.batches = batches
      layers = []
      outputCount = entry.outputs.count
      prepared = try CompilerError.wrapping { try NativeGraph(model, entry: entry.name) }
      return
    }
    throw .noExamples(examples, for: model.entries.map(\.signature))
  }
}

extension Graph {
  /// Makes outputs of the last floating-point value of each line of each layer.
  fileprivate mutating func observeLayers() -> [ObservedLayer] {
    var values: [ObservedLayer: ValueID] = [:]
    var order: [ObservedLayer] = []
    for node in nodes {
      guard let site = node.sites.first, let value = node.results.last, !(node.operation is Constant) else {
        continue
      }
      let type = type(of: value)
      guard type.elementType.isFloatingPoint, type.rank > 0 else { continue }
      let layer = ObservedLayer(path: site.path, file: site.file, line: site.line)
      if values.updateValue(value, forKey: layer) == nil { order.append(layer) }
    }
    outputs += order.enumerated().compactMap { index, layer in
      values[layer].map { Output(name: "layer\(index)", value: $0) }
    }
    return order
  }
}

extension Entry {
  fileprivate var exampleInputs: [ExampleInput] {
    inputs.map { input in
      var batch: Int?
      if case .fixed(let extent) = input.dimensions.first { batch = extent }
      return ExampleInput(
        name: input.name, elementType: ElementType(input.elementType), rank: input.dimensions.count,
        batch: batch,
        batchLimit: input.dimensions.first?.maximum)
    }
  }

  fileprivate var signature: String {
    func list(_ tensors: [TensorDescription]) -> String {
      tensors.map { "\($0.name): \($0.typeText)" }.joined(separator: ", ")
    }
    return "\(name)(\(list(inputs))) -> (\(list(outputs)))"
  }
}
