import DLGraph

/// A graph under construction: that of an entry point, or a body inside another.
///
/// A body has no free variables: a tensor of an enclosing graph that it uses becomes an input of the body.
final class GraphBuilder {
  private(set) var graph: Graph
  let parent: GraphBuilder?
  /// The tensors of the enclosing graphs that became inputs, in the order of these inputs.
  private(set) var captures: [Tensor] = []
  private var captured: [Key: ValueID] = [:]

  private struct Key: Hashable {
    let builder: ObjectIdentifier
    let id: ValueID
  }

  init(_ name: String, parent: GraphBuilder? = nil) {
    graph = Graph(name: name)
    self.parent = parent
  }

  /// Adds an input.
  func input(_ name: String, _ type: TensorType, role: Graph.Role = .tensor) -> Tensor {
    Tensor(id: graph.addInput(name, type, role: role), builder: self, type: type)
  }

  /// The value in this graph of a tensor of this graph or an enclosing one.
  func use(_ tensor: Tensor) -> ValueID {
    if tensor.builder === self { return tensor.id }
    let key = Key(builder: ObjectIdentifier(tensor.builder), id: tensor.id)
    if let id = captured[key] { return id }
    let id = graph.addInput("captured\(captures.count)", tensor.type)
    captured[key] = id
    captures.append(tensor)
    return id
  }

  /// Appends a node.
  func append(
    _ operation: any Operation, _ operands: [Tensor], sites: [Site]
  ) throws(TypeError) -> [Tensor] {
    var ids: [ValueID] = []
    for operand in operands { ids.append(use(operand)) }
    return try graph.append(operation, ids, sites: sites).map {
      Tensor(id: $0, builder: self, type: graph.type(of: $0))
    }
  }

  /// Adds an output.
  func output(_ name: String, _ tensor: Tensor, role: Graph.Role = .tensor) {
    graph.outputs.append(Graph.Output(name: name, value: use(tensor), role: role))
  }

  /// Declares the symbols that the types of the inputs speak of, in the order of their first occurrence.
  func declareSymbols() {
    var symbols: [DLGraph.Symbol] = []
    for input in graph.inputs {
      for dimension in graph.type(of: input.value).shape {
        for symbol in dimension.symbols where !symbols.contains(symbol) { symbols.append(symbol) }
      }
    }
    graph.symbols = symbols
  }
}
