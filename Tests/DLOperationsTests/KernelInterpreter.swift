import DLEvaluation
import DLGraph
import DLLoops
import DLOperations

/// Runs a kernel statement by statement, and refuses whatever a kernel must not do: reading or writing
/// outside a buffer, using a value before it is defined, leaving a result unwritten.
struct KernelInterpreter {
  private let kernel: Kernel
  private var symbols: [Symbol: Int]
  private var locals: [Literal?]
  /// For each buffer its elements as scalars; nil where nothing was written.
  private var memory: [[Literal?]]

  struct Failure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
  }

  /// Runs a kernel whose buffers are the inputs, the outputs, scratch, and local arrays.
  ///
  /// - Returns: what is in the outputs.
  static func run(
    _ kernel: Kernel, inputs: [Literal], outputs: [TensorType], scratch: [TensorType] = [],
    symbols: [Symbol: Int] = [:]
  ) throws -> [Literal] {
    let shape = { (type: TensorType) in type.shape.compactMap { $0.evaluate { symbols[$0] } } }
    var memory: [[Literal?]] = inputs.map { $0.scalars }
    for type in outputs + scratch {
      memory.append([Literal?](repeating: nil, count: shape(type).reduce(1, *)))
    }
    for buffer in kernel.buffers.dropFirst(memory.count) {
      guard case .local(let count) = buffer.space else { throw Failure("an argument is missing") }
      memory.append([Literal?](repeating: nil, count: count))
    }
    var interpreter = KernelInterpreter(kernel: kernel, symbols: symbols, memory: memory)
    try interpreter.run()
    return try zip(outputs, interpreter.memory.dropFirst(inputs.count)).map { output, elements in
      try Literal(output.elementType, shape: shape(output), scalars: elements)
    }
  }

  private init(kernel: Kernel, symbols: [Symbol: Int], memory: [[Literal?]]) {
    self.kernel = kernel
    self.symbols = symbols
    self.memory = memory
    locals = [Literal?](repeating: nil, count: kernel.locals.count)
  }

  private mutating func run() throws {
    guard let grid = kernel.grid else { return try run(kernel.body) }
    for index in 0..<max(0, try value(of: grid.extent)) {
      symbols[grid.symbol] = index
      try run(kernel.body)
    }
  }

  private mutating func run(_ block: Block) throws {
    for statement in block { try run(statement) }
  }

  private mutating func run(_ statement: Statement) throws {
    switch statement {
    case .define(let local, let instruction):
      let value = try evaluate(instruction)
      guard value.elementType == kernel.type(of: local) else {
        throw Failure("\(instruction) is \(value.elementType), its local \(kernel.type(of: local))")
      }
      locals[local.index] = value
    case .bind(let symbol, let local): symbols[symbol] = try self.local(local).integer
    case .store(let value, let buffer, let index, let mask):
      if let mask, try local(mask).integer == 0 { return }
      memory[buffer.index][try place(buffer, index)] = try local(value)
    case .accumulate(let function, let value, let buffer, let index):
      let place = try place(buffer, index)
      guard let old = memory[buffer.index][place] else { throw Failure("accumulates onto nothing") }
      memory[buffer.index][place] = try apply(Binary(function.binaryFunction), [old, local(value)])
    case .prefetch: break
    case .transpose(let block):
      for row in 0..<block.rows {
        for column in 0..<block.columns {
          let source = block.source + block.sourceStride * IntegerExpression(row) + IntegerExpression(column)
          let target = block.target + block.targetStride * IntegerExpression(column) + IntegerExpression(row)
          memory[block.to.index][try place(block.to, target)] =
            memory[block.from.index][try place(block.from, source)]
        }
      }
    case .loop(let loop):
      for index in 0..<max(0, try value(of: loop.extent)) {
        symbols[loop.symbol] = index
        try run(loop.body)
      }
    case .conditional(let condition, let first, let second):
      try run(try local(condition).integer != 0 ? first : second)
    }
  }

  private func evaluate(_ instruction: Instruction) throws -> Literal {
    switch instruction {
    case .floating(let value, let type):
      return try convert(Literal(.f64, shape: [], elements: [value]), to: type)
    case .integer(let value, let type):
      return try convert(Literal(.i64, shape: [], elements: [value]), to: type)
    case .index(let expression): return Literal(.i64, shape: [], elements: [try value(of: expression)])
    case .load(let buffer, let index, let mask):
      if let mask, try local(mask).integer == 0 {
        return Literal(kernel[buffer].elementType, shape: []) { _ in }
      }
      guard let value = memory[buffer.index][try place(buffer, index)] else {
        throw Failure("reads \(kernel[buffer].name) at \(index) before it is written")
      }
      return value
    case .unary(let function, let a): return try apply(Unary(function), [local(a)])
    case .binary(let function, let a, let b): return try apply(Binary(function), [local(a), local(b)])
    case .multiplyAdd(let a, let b, let c):
      let product = try apply(Binary(.multiply), [local(a), local(b)])
      return try apply(Binary(.add), [product, local(c)])
    case .compare(let comparison, let a, let b): return try apply(Compare(comparison), [local(a), local(b)])
    case .select(let condition, let a, let b):
      return try apply(Select(), [local(condition), local(a), local(b)])
    case .convert(let a, let type): return try convert(local(a), to: type)
    case .loadWord, .dotProduct, .lookup: throw Failure("\(instruction) is made by schedules alone")
    }
  }

  private func apply(_ operation: any Primitive, _ operands: [Literal]) throws -> Literal {
    _ = try operation.resultTypes(for: operands.map(\.type))
    let context = EvaluationContext { _, _, _ in [] }
    return try operation.evaluate(operands, in: context)[0]
  }

  private func convert(_ value: Literal, to type: ElementType) throws -> Literal {
    try apply(Convert(to: type), [value])
  }

  private func local(_ local: Local) throws -> Literal {
    guard let value = locals[local.index] else { throw Failure("uses local \(local.index) undefined") }
    return value
  }

  private func value(of expression: IntegerExpression) throws -> Int {
    guard let value = expression.evaluate({ symbols[$0] }) else {
      throw Failure("\(expression) is not bound")
    }
    return value
  }

  private func place(_ buffer: BufferID, _ index: IntegerExpression) throws -> Int {
    let place = try value(of: index)
    guard memory[buffer.index].indices.contains(place) else {
      throw Failure(
        "\(kernel[buffer].name)[\(index)] is \(place), outside of \(memory[buffer.index].count) elements")
    }
    return place
  }
}

extension Literal {
  /// The elements as literals of rank 0.
  fileprivate var scalars: [Literal] {
    let size = elementType.byteCount
    return withUnsafeBytes { bytes in
      (0..<count).map { index in
        Literal(elementType, shape: []) {
          $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[index * size..<(index + 1) * size]))
        }
      }
    }
  }

  fileprivate init(_ elementType: ElementType, shape: [Int], scalars: [Literal?]) throws {
    var bytes: [UInt8] = []
    for (index, scalar) in scalars.enumerated() {
      guard let scalar else { throw KernelInterpreter.Failure("element \(index) of a result is not written") }
      guard scalar.elementType == elementType else {
        throw KernelInterpreter.Failure("\(scalar.elementType) is stored as \(elementType)")
      }
      scalar.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    self.init(elementType, shape: shape) { target in bytes.withUnsafeBytes { target.copyMemory(from: $0) } }
  }

  /// The only element.
  fileprivate var integer: Int {
    switch elementType {
    case .i64: elements(as: Int.self)[0]
    case .i32: Int(elements(as: Int32.self)[0])
    case .i16: Int(elements(as: Int16.self)[0])
    case .i8: Int(elements(as: Int8.self)[0])
    default: Int(elements(as: UInt8.self)[0])
    }
  }
}
