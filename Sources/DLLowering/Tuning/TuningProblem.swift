import DLGraph
import DLLoops
import DLOperations

/// A kernel of a module for which there is more than one way to compute it by tiles.
public struct TuningProblem: Sendable {
  /// What the choice depends on, as a text that is the same in every build.
  public let key: String
  /// What the cost model decides, and then the other choices worth a measurement.
  public let candidates: [TileChoice]
  private let body: Graph
  private let constants: Set<Int>

  /// - Returns: nil where a dimension is open, or there is nothing to choose.
  init?(_ schedule: TileSchedule, constants: Set<Int>) {
    guard schedule.body.symbols.isEmpty, schedule.isTunable else { return nil }
    key = schedule.problemKey
    candidates = schedule.candidates
    body = schedule.body
    self.constants = constants
  }

  /// The problem as a module of its own, with an entry `run`: constants are zeros.
  public func module() throws -> Module {
    var graph = Graph(name: "run")
    let operands = try body.inputs.enumerated().map { index, input in
      let type = body.type(of: input.value)
      guard constants.contains(index) else { return graph.addInput("in\(index)", type) }
      let zeros = Literal(type.elementType, shape: type.shape.compactMap(\.constantValue)) { bytes in
        for place in bytes.indices { bytes[place] = 0 }
      }
      return try graph.append(Constant(zeros), [])[0]
    }
    let results = try graph.append(Group(body: body), operands)
    graph.outputs = results.enumerated().map { Graph.Output(name: "out\($0)", value: $1) }
    return Module(name: "Tuning", graphs: [graph])
  }
}

extension Program {
  /// The kernels of a module that can be tuned, each problem once.
  ///
  /// - Throws: as `init(lowering:for:options:)`.
  public static func tuningProblems(
    of module: Module, for target: TargetDescription, options: LoweringOptions
  ) throws(LoweringError) -> [TuningProblem] {
    var library = KernelLibrary(target: target, options: options)
    var weights = WeightLayout()
    let positions = Dictionary(uniqueKeysWithValues: module.states.enumerated().map { ($1.name, $0) })
    let widths = PanelWidths(module, target: target, options: options)
    for graph in module.graphs {
      var lowering = FunctionLowering(graph, library: library, weights: weights, widths: widths)
      try lowering.lower(graph, states: positions)
      library = lowering.library
      weights = lowering.weights
    }
    var found: Set<String> = []
    return library.problems.filter { found.insert($0.key).inserted }
  }
}
