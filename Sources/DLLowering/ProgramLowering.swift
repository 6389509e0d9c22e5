import DLGraph
import DLLoops
import DLOperations

extension Program {
  /// The program that computes a module.
  ///
  /// - Requires: the graphs are verified.
  /// - Throws: `LoweringError` where a parameter has no value or the size of a value no bound.
  public init(lowering module: Module, for target: TargetDescription) throws(LoweringError) {
    self.init(name: module.name)
    states = module.states
    let positions = Dictionary(uniqueKeysWithValues: module.states.enumerated().map { ($1.name, $0) })
    var library = KernelLibrary(target: target)
    for graph in module.graphs {
      var lowering = FunctionLowering(graph, library: library, weights: weights)
      try lowering.lower(graph, states: positions)
      functions.append(lowering.function)
      library = lowering.library
      weights = lowering.weights
    }
    kernels = library.kernels
  }
}

/// A module can't be compiled.
public struct LoweringError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
