import DLGraph

/// Runs a body for each element of sequences, carrying values from one run to the next: a recurrent layer.
public struct Scan: Primitive {
  /// Takes carries, elements and invariants; gives carries and what is stacked.
  public var body: Graph
  /// The number of values carried.
  public var carries: Int
  /// The number of tensors whose axis 0 is run over, at least 1.
  public var sequences: Int
  /// Whether the last elements come first. What is stacked lies beside its elements in either case.
  public var reverse: Bool

  public init(body: Graph, carries: Int, sequences: Int, reverse: Bool = false) {
    self.body = body
    self.carries = carries
    self.sequences = sequences
    self.reverse = reverse
  }

  public var name: String { "scan" }

  public var attributes: AttributeList {
    [
      "body": .graph(body), "carries": .integer(carries), "sequences": .integer(sequences),
      "reverse": .boolean(reverse),
    ]
  }

  public init(name: String, attributes: AttributeList) throws(TypeError) {
    self.init(
      body: try attributes.graph("body"), carries: try attributes.integer("carries"),
      sequences: try attributes.integer("sequences"),
      reverse: try attributes.boolean("reverse"))
  }

  public static var documentation: OperationDocumentation {
    OperationDocumentation(
      names: ["scan"],
      form: "scan(carries…, sequences…, invariants…) {body, carries, sequences, reverse}",
      summary: """
        Runs `body(carries…, elements…, invariants…)` for each index of axis 0 of the sequences, in ascending order or \
        in `reverse`; the first outputs of `body` are the next carries. The results are the last carries, and the \
        other outputs of every run stacked along a new axis 0.
        """)
  }

  public func resultTypes(for operands: [TensorType]) throws(TypeError) -> [TensorType] {
    if carries < 0 || sequences < 1 || operands.count < carries + sequences {
      throw TypeError(
        "scan can't carry \(carries) values and run over \(sequences) sequences with \(operands.count) operands"
      )
    }
    let extent = try sequenceExtent(operands)
    var arguments = operands
    for index in carries..<carries + sequences { arguments[index].shape.removeFirst() }
    try requireInputs(of: body, "body", arguments)
    try requireCarries(carries, from: body, operands)
    let stacked = body.outputTypes[carries...].map { TensorType($0.elementType, [extent] + $0.shape) }
    return operands[..<carries] + stacked
  }

  private func sequenceExtent(_ operands: [TensorType]) throws(TypeError) -> Dimension {
    let types = operands[carries..<carries + sequences]
    for type in types where type.rank == 0 {
      throw TypeError("scan can't run over a scalar, \(type)")
    }
    let first = types[carries]
    for type in types where type.shape[0] != first.shape[0] {
      throw TypeError(
        "scan can't run over \(first) and \(type) together: axis 0 is \(first.shape[0]) and \(type.shape[0])")
    }
    return first.shape[0]
  }

  public func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal] {
    var carried = Array(operands[..<carries])
    let invariants = operands[(carries + sequences)...]
    let extent = operands[carries].shape[0]
    var stacks: [Stack] = []
    for type in body.outputTypes[carries...] {
      stacks.append(Stack(of: type.elementType, count: extent, shape: try context.shape(type.shape)))
    }
    for step in 0..<extent {
      let index = reverse ? extent - 1 - step : step
      let elements = operands[carries..<carries + sequences].map { $0.element(at: index) }
      let outputs = try context.evaluate(body, carried + elements + invariants, context.symbols)
      carried = Array(outputs[..<carries])
      for (stack, output) in zip(stacks, outputs[carries...]) { stack.set(output, at: index) }
    }
    return carried + stacks.map(\.literal)
  }

  public var lowering: Lowering { .control }
}

/// A tensor that is filled one index of axis 0 after the other.
private struct Stack {
  private let elementType: ElementType
  private let shape: [Int]
  private let storage: LiteralStorage

  init(of elementType: ElementType, count: Int, shape: [Int]) {
    self.elementType = elementType
    self.shape = [count] + shape
    storage = LiteralStorage(zeroed: self.shape.reduce(elementType.byteCount, *))
  }

  func set(_ element: Literal, at index: Int) {
    let size = element.byteCount
    UnsafeMutableRawBufferPointer(mutating: storage.bytes).copyBytes(
      element.storage.bytes, from: 0, to: index * size, count: size)
  }

  var literal: Literal { Literal(elementType, shape: shape, storage: storage) }
}

extension Literal {
  /// The tensor at one index of axis 0, sharing the bytes.
  fileprivate func element(at index: Int) -> Literal {
    let shape = Array(shape.dropFirst())
    let size = shape.reduce(elementType.byteCount, *)
    let bytes = UnsafeRawBufferPointer(rebasing: storage.bytes[index * size..<(index + 1) * size])
    let owner = storage
    return Literal(
      elementType, shape: shape, storage: LiteralStorage(bytes: bytes) { withExtendedLifetime(owner) {} })
  }
}
