import DLGraph
import DLLoops
import DLOperations

/// Emits elements of the values of a graph into a kernel, each computed from the elements it depends on.
///
/// Where a value comes from is decided once, by `provide`; every other value is computed in place, down to those. So any
/// schedule is correct for any graph, and only its speed depends on what it provides.
final class BodyEmitter {
  let graph: Graph
  let builder: KernelBuilder
  /// The values that are read from somewhere, with the function that reads them.
  private var sources: [ValueID: Source] = [:]
  private var memory: [Key: Entry] = [:]
  /// The open vector loop: its index, below a constant number of lanes. A sum inside it keeps one accumulator a lane.
  private var lanes: (index: IntegerExpression, count: Int)?

  /// Reads an element. A nil result means that this source does not hold the element.
  typealias Source = (_ indices: [IntegerExpression], _ mask: Local?) -> Local?

  private struct Key: Hashable {
    let value: ValueID
    let indices: [IntegerExpression]
    let mask: Local?
  }

  private struct Entry {
    let local: Local
    let scope: Int
  }

  init(_ graph: Graph, _ builder: KernelBuilder) {
    self.graph = graph
    self.builder = builder
  }

  /// Says where the elements of a value are read. A later call takes the place of an earlier one.
  func provide(_ value: ValueID, by source: @escaping Source) {
    sources[value] = source
    memory.removeAll(keepingCapacity: true)
  }

  /// Says that a value lies dense in a buffer.
  func provide(_ value: ValueID, in tensor: TensorBuffer) {
    provide(value) { [builder] indices, mask in
      builder.load(tensor.buffer, at: tensor.offset(of: indices), mask: mask)
    }
  }

  /// Forgets where a value was read, so that it is computed again.
  func withdraw(_ value: ValueID) {
    sources[value] = nil
    memory.removeAll(keepingCapacity: true)
  }

  /// The element of a value. Where `mask` is false the result is arbitrary.
  func element(_ value: ValueID, at indices: [IntegerExpression], mask: Local? = nil) -> Local {
    let key = Key(value: value, indices: indices, mask: mask)
    if let entry = memory[key], builder.isOpen(entry.scope) { return entry.local }
    let local = compute(value, at: indices, mask: mask)
    memory[key] = Entry(local: local, scope: builder.currentScope)
    return local
  }

  private func compute(_ value: ValueID, at indices: [IntegerExpression], mask: Local?) -> Local {
    if let local = sources[value]?(indices, mask) { return local }
    guard let node = graph.definingNode(of: value), let primitive = node.operation as? any Primitive else {
      preconditionFailure("no source for input \(value.index)")
    }
    if let function = FourBitFunction(graph, value) {
      return builder.lookup(function.table, bits(of: function.source, at: indices, mask: mask))
    }
    switch primitive.lowering {
    case .mapped(let operation):
      return operation.emitElement(at: indices, mask: mask, of: graph.type(of: value), reader(for: node))
    case .reducing(let operation):
      return reduce(operation, node, at: indices, mask: mask)
    case .whole, .control, .data:
      preconditionFailure("'\(primitive.name)' can't be computed element by element")
    }
  }

  /// A byte as an i32, of which only the lowest four bits matter. It is widened before it is shifted: there are no shifts
  /// of bytes.
  private func bits(of value: ValueID, at indices: [IntegerExpression], mask: Local?) -> Local {
    guard sources[value] == nil, let node = graph.definingNode(of: value),
      (node.operation as? Binary)?.function == .shiftRight
    else { return builder.convert(element(value, at: indices, mask: mask), to: .i32) }
    let parts = node.operands.map { builder.convert(element($0, at: indices, mask: mask), to: .i32) }
    return builder.binary(.shiftRight, parts[0], parts[1])
  }

  /// Reads the operands of a node.
  func reader(for node: Node) -> OperandReader {
    OperandReader(builder: builder, types: node.operands.map { graph.type(of: $0) }) {
      [unowned self] operand, indices, mask in
      element(node.operands[operand], at: indices, mask: mask)
    }
  }

  /// A reduction in place: a scalar accumulator and a loop for each reduced axis.
  private func reduce(
    _ operation: any ReducingOperation, _ node: Node, at indices: [IntegerExpression], mask: Local?
  ) -> Local {
    let types = node.operands.map { graph.type(of: $0) }
    let type = operation.accumulatorType(types)
    let accumulator = builder.addBuffer("sum", type, .local(count: lanes?.count ?? 1))
    let lane = lanes?.index ?? 0
    builder.store(builder.identity(of: operation.function, type), accumulator, at: lane)
    nest(operation.reducedExtents(types)) { reduced in
      let term = operation.emitTerm(at: indices, reduced: reduced, mask: mask, reader(for: node))
      add(term, operation.function, to: accumulator, at: lane)
    }
    return builder.convert(
      builder.load(accumulator, at: lane), to: graph.type(of: node.results[0]).elementType)
  }

  /// `buffer[at] = function(buffer[at], term)`, as a read and a write.
  func add(
    _ term: ReductionTerm, _ function: ReductionFunction, to buffer: BufferID, at index: IntegerExpression
  ) {
    let type = builder.buffer(buffer).elementType
    let sum = builder.load(buffer, at: index)
    switch term {
    case .value(let value):
      builder.store(builder.combine(function, sum, builder.convert(value, to: type)), buffer, at: index)
    case .product(let a, let b):
      let product = builder.multiplyAdd(builder.convert(a, to: type), builder.convert(b, to: type), sum)
      builder.store(product, buffer, at: index)
    }
  }

  /// A vector loop of a constant extent, in which every operation may be computed in place.
  func vectorLoop(_ extent: Int, _ kind: Loop.Kind = .vector, _ body: (IntegerExpression) -> Void) {
    builder.loop(IntegerExpression(extent), kind) { index in
      let outer = lanes
      lanes = (index, extent)
      body(index)
      lanes = outer
    }
  }

  /// Loops over all indices below `extents`, the last innermost.
  func nest(_ extents: [IntegerExpression], _ body: ([IntegerExpression]) -> Void) {
    func descend(_ indices: [IntegerExpression]) {
      guard indices.count < extents.count else { return body(indices) }
      let extent = extents[indices.count]
      if extent == 1 { return descend(indices + [0]) }
      builder.loop(extent) { descend(indices + [$0]) }
    }
    descend([])
  }
}
