import DLEvaluation
import DLGraph

/// What computes a graph while a model is being compiled, to learn from typical inputs.
package protocol GraphExecutor: Sendable {
  /// Makes a graph ready to be run many times.
  ///
  /// - Parameter exampleCount: about how many examples it will be run on: the work it is worth to prepare.
  func prepare(_ graph: Graph, exampleCount: Int) throws -> any PreparedGraph
}

/// A graph that is ready to be run.
package protocol PreparedGraph {
  /// The outputs for some inputs, both in the order of the graph.
  func run(_ inputs: [Literal]) throws -> [Literal]
}

/// Runs graphs in the reference evaluator: right for all, and slow.
package struct Interpreter: GraphExecutor {
  package init() {}

  package func prepare(_ graph: Graph, exampleCount: Int) -> any PreparedGraph {
    InterpretedGraph(graph: graph)
  }
}

private struct InterpretedGraph: PreparedGraph {
  let graph: Graph

  func run(_ inputs: [Literal]) throws -> [Literal] { try Evaluator().evaluate(graph, inputs: inputs) }
}
