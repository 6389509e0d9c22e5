import DLGraph
import DLOperations

/// Moves the constants that loops capture into their bodies, with what widens those that are stored in fewer bits: what depends on them alone is computed there before its
/// time, and the weights of a recurrent layer are packed like those of any other.
public struct LoopSpecialization: Pass {
  public let name = "specialize-loops"
  public let summary = "moves constants that loops use into their bodies"

  public init() {}

  public func run(on graph: inout Graph, context: PassContext) throws -> Bool {
    var changed = false
    let result = try graph.rewritten { node, operands, result in
      guard let first = Self.firstInvariant(of: node.operation) else { return nil }
      var constants: [Int: ValueID] = [:]
      for (position, operand) in operands.enumerated().dropFirst(first) {
        if result.definingNode(of: operand)?.operation is Constant || result.isStoredInFewerBits(operand) {
          constants[position] = operand
        }
      }
      if constants.isEmpty { return nil }
      changed = true
      let remaining = operands.enumerated().filter { constants[$0.offset] == nil }.map(\.element)
      let operation = try transformingBodies(of: node.operation) {
        var body = try $0.binding(constants, of: result)
        _ = try run(on: &body, context: context)
        return body
      }
      return try result.append(operation, remaining, sites: node.sites)
    }
    if changed { graph = result }
    return changed
  }

  /// The position of the first operand of a loop that is the same in all its runs; nil for what is no loop.
  private static func firstInvariant(of operation: any Operation) -> Int? {
    switch operation {
    case let scan as Scan: scan.carries + scan.sequences
    case let loop as While: loop.carries
    default: nil
    }
  }
}

/// A loop with every body replaced; other operations as they are.
func transformingBodies(
  of operation: any Operation, _ transform: (Graph) throws -> Graph
) rethrows -> any Operation {
  switch operation {
  case let scan as Scan:
    Scan(
      body: try transform(scan.body), carries: scan.carries, sequences: scan.sequences, reverse: scan.reverse)
  case let loop as While:
    While(
      condition: try transform(loop.condition), body: try transform(loop.body), carries: loop.carries)
  default: operation
  }
}

extension Graph {
  /// The graph with constants of another one in place of the inputs at some positions, or with what is widened from them.
  fileprivate func binding(_ constants: [Int: ValueID], of outer: Graph) throws -> Graph {
    var result = Graph(name: name, symbols: symbols)
    var arguments: [ValueID] = []
    var copies: [ValueID: ValueID] = [:]
    for (position, input) in inputs.enumerated() {
      if let constant = constants[position] {
        arguments.append(try result.appendCopy(of: constant, from: outer, &copies))
      } else {
        arguments.append(result.addInput(input.name, type(of: input.value), role: input.role))
      }
    }
    let values = try result.inline(self, arguments)
    result.outputs = zip(outputs, values).map { Output(name: $0.name, value: $1, role: $0.role) }
    return result
  }
}
