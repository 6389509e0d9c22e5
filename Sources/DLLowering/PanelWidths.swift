import DLGraph
import DLLoops
import DLOperations

/// The widths of the panels into which constant matrices are packed: one for each matrix, whoever reads it.
///
/// The width that suits a product best depends on how many rows it has, but a matrix in two widths would be twice in
/// memory and in the artifact: a language model reads the same weights for a text of many words and for one word. The
/// product with the most rows decides, because it computes the longest; one of few rows waits for the memory, however wide
/// the panels are.
struct PanelWidths {
  /// The width that a product wants, and the number of its rows.
  fileprivate struct Demand: Hashable {
    var width: Int
    var rows: Int
  }

  /// What a product wants for some of its inputs.
  fileprivate struct Product {
    var inputs: [Int]
    var demand: Demand
  }

  private struct Key: Hashable {
    var body: Graph
    var constants: Set<Int>
  }

  private let target: TargetDescription
  private let options: LoweringOptions
  private var demands: [Literal: Demand] = [:]
  private var known: [Key: Product?] = [:]

  /// The widths for the products of a module.
  init(_ module: Module, target: TargetDescription, options: LoweringOptions) {
    self.target = target
    self.options = options
    for graph in module.graphs { add(graph, symbols: graph.symbols) }
  }

  /// The width for a product; nil where it packs none of its constants.
  ///
  /// - Parameter constants: its constant operands.
  func width(for constants: some Sequence<Literal>) -> Int? {
    constants.compactMap { demands[$0] }.max { $0.rows < $1.rows }?.width
  }

  private mutating func add(_ graph: Graph, symbols: [Symbol]) {
    var literals: [ValueID: Literal] = [:]
    for node in graph.nodes {
      switch node.operation {
      case let constant as Constant: literals[node.results[0]] = constant.literal
      case let scan as Scan: add(scan.body, symbols: symbols)
      case let loop as While:
        add(loop.condition, symbols: symbols)
        add(loop.body, symbols: symbols)
      case let group as Group: add(group.body, node.operands.map { literals[$0] }, symbols)
      case is any ReducingOperation:
        add(Graph(single: node, in: graph), node.operands.map { literals[$0] }, symbols)
      default: break
      }
    }
  }

  /// Adds what one product wants.
  private mutating func add(_ body: Graph, _ operands: [Literal?], _ symbols: [Symbol]) {
    let constants = Set(operands.indices.filter { operands[$0] != nil })
    if constants.isEmpty { return }
    var body = body
    body.symbols = symbols
    guard let product = product(Key(body: body, constants: constants)) else { return }
    for literal in product.inputs.compactMap({ operands[$0] }) {
      if let other = demands[literal], other.rows >= product.demand.rows { continue }
      demands[literal] = product.demand
    }
  }

  private mutating func product(_ key: Key) -> Product? {
    if let product = known[key] { return product }
    let product = Product(key.body, constants: key.constants, target: target, options)
    known[key] = product
    return product
  }
}

extension PanelWidths.Product {
  fileprivate init?(
    _ body: Graph, constants: Set<Int>, target: TargetDescription, _ options: LoweringOptions
  ) {
    let symbols = body.symbols
    let shape: [IntegerExpression]
    if let schedule = DotProductSchedule(body, constants: constants, target: target, symbols: symbols) {
      shape = schedule.shape
      inputs = Array(schedule.packings.keys)
      demand = .init(width: schedule.blocking.width, rows: 0)
    } else if let schedule = TileSchedule(
      body, constants: constants, target: target, symbols: symbols, tuning: options.tuning)
    {
      shape = schedule.shape
      inputs = schedule.columnInputs
      demand = .init(width: schedule.width, rows: 0)
    } else {
      return nil
    }
    demand.rows = shape.dropLast().product.upperBound ?? Int.max
  }
}
