import DLGraph
import DLOperations

/// Runs passes over a module, one after the other.
public struct PassManager: Sendable {
  public var passes: [any Pass]
  public var context: PassContext
  /// Called after every pass with its name and the module as it is then.
  public var observer: (@Sendable (_ pass: String, _ module: Module) throws -> Void)?
  /// The pass after which to stop.
  public var lastPass: String?
  /// Whether the module is verified after every pass; by default in debug builds.
  public var verifies: Bool

  public init(
    passes: [any Pass] = Pipeline.standard, context: PassContext, lastPass: String? = nil,
    verifies: Bool = Self.verifiesByDefault,
    observer: (@Sendable (_ pass: String, _ module: Module) throws -> Void)? = nil
  ) {
    self.passes = passes
    self.context = context
    self.lastPass = lastPass
    self.verifies = verifies
    self.observer = observer
  }

  #if DEBUG
    public static let verifiesByDefault = true
  #else
    public static let verifiesByDefault = false
  #endif

  /// Runs the passes on every graph, the bodies of loops included.
  ///
  /// - Throws: `PassError` where a pass fails or leaves an invalid graph; and what the observer throws.
  public func run(on module: inout Module) throws {
    for pass in passes {
      do {
        for index in module.graphs.indices { try run(pass, on: &module.graphs[index]) }
        if verifies { try module.verify() }
      } catch {
        throw PassError(pass: pass.name, message: "\(error)")
      }
      try observer?(pass.name, module)
      if pass.name == lastPass { return }
    }
  }

  private func run(_ pass: any Pass, on graph: inout Graph) throws {
    if graph.nodes.contains(where: { $0.operation is Scan || $0.operation is While }) {
      graph = try graph.rewritten { node, operands, result in
        guard node.operation is Scan || node.operation is While else { return nil }
        let operation = try transformingBodies(of: node.operation) {
          var body = $0
          try run(pass, on: &body)
          return body
        }
        return try result.append(operation, operands, sites: node.sites)
      }
    }
    _ = try pass.run(on: &graph, context: context)
  }
}
