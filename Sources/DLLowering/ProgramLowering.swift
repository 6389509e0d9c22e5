import DLGraph
import DLLoops
import DLOperations

extension Program {
  /// The program that computes a module.
  ///
  /// - Requires: the graphs are verified.
  /// - Throws: `LoweringError` where a parameter has no value or the size of a value no bound.
  public init(
    lowering module: Module, for target: TargetDescription, options: LoweringOptions = LoweringOptions()
  ) throws(LoweringError) {
    self.init(name: module.name)
    states = module.states
    let positions = Dictionary(uniqueKeysWithValues: module.states.enumerated().map { ($1.name, $0) })
    var library = KernelLibrary(target: target, options: options)
    let widths = PanelWidths(module, target: target, options: options)
    for graph in module.graphs {
      var lowering = FunctionLowering(graph, library: library, weights: weights, widths: widths)
      try lowering.lower(graph, states: positions)
      functions.append(lowering.function)
      library = lowering.library
      weights = lowering.weights
    }
    kernels = library.kernels
    removeUnusedKernels()
  }
}

/// A module can't be compiled.
public struct LoweringError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }

  /// The memory for values of a type can't be planned.
  init(unbounded type: TensorType) {
    let open = Set(type.shape.flatMap(\.symbols)).filter { $0.upper?.upperBound == nil }.map(\.name).sorted()
    guard let first = open.first else {
      self.init("a value of type \(type) is too large for the address space")
      return
    }
    let names = open.map { "'\($0)'" }.joined(separator: " and ")
    self.init(
      "a value of type \(type) has no largest size, because \(names) \(open.count == 1 ? "has" : "have") no bound: "
        + "declare one in the model, as in 'dim \(first) in 1...64', or fix it with --fix \(first)=1")
  }
}
