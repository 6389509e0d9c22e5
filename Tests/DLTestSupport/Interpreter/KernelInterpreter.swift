import DLGraph
import DLLoops

/// Runs a kernel one scalar at a time, by the letter of the loop IR, and refuses what a kernel must not do: reading
/// or writing outside a buffer, using a value before it is defined, leaving a result unwritten.
///
/// Lowered operations are compared with their evaluation by it, and compiled kernels with it.
public struct KernelInterpreter {
  private let kernel: Kernel
  private var symbols: [Symbol: Int]
  private var locals: [Scalar?]
  /// The elements of every buffer; nil where nothing was written.
  private var memory: [[Scalar?]]

  public struct Failure: Error, CustomStringConvertible {
    public var description: String
    init(_ description: String) { self.description = description }
  }

  /// Runs a kernel.
  ///
  /// - Parameter arguments: the elements of every argument; nil for one that the kernel must not read before it
  ///   writes it.
  /// - Returns: what is in the arguments afterwards.
  public static func run(_ kernel: Kernel, arguments: [[Scalar?]], symbols: [Symbol: Int] = [:]) throws
    -> [[Scalar?]]
  {
    var interpreter = try KernelInterpreter(kernel, arguments, symbols)
    try interpreter.run()
    return Array(interpreter.memory.prefix(arguments.count))
  }

  /// Runs a kernel whose buffers are the inputs, the outputs, scratch, and local arrays.
  ///
  /// - Returns: what is in the outputs.
  public static func run(
    _ kernel: Kernel, inputs: [Literal], outputs: [TensorType], scratch: [TensorType] = [],
    symbols: [Symbol: Int] = [:]
  ) throws -> [Literal] {
    let shape = { (type: TensorType) in type.shape.compactMap { $0.evaluate { symbols[$0] } } }
    var arguments: [[Scalar?]] = inputs.map { input in
      input.withUnsafeBytes { scalars($0, input.elementType) }
    }
    for type in outputs + scratch {
      arguments.append([Scalar?](repeating: nil, count: shape(type).reduce(1, *)))
    }
    let results = try run(kernel, arguments: arguments, symbols: symbols).dropFirst(inputs.count)
    return try zip(outputs, results).map { output, elements in
      let written = try elements.enumerated().map { index, element in
        guard let element else { throw Failure("element \(index) of a result is not written") }
        return element
      }
      let raw = bytes(written, output.elementType)
      return Literal(output.elementType, shape: shape(output)) { target in
        raw.withUnsafeBytes { target.copyMemory(from: $0) }
      }
    }
  }

  private init(_ kernel: Kernel, _ arguments: [[Scalar?]], _ symbols: [Symbol: Int]) throws {
    self.kernel = kernel
    self.symbols = symbols
    memory = arguments
    for buffer in kernel.buffers.dropFirst(arguments.count) {
      guard case .local(let count) = buffer.space else { throw Failure("an argument is missing") }
      memory.append([Scalar?](repeating: nil, count: count))
    }
    locals = [Scalar?](repeating: nil, count: kernel.locals.count)
  }

  // MARK: Statements

  private mutating func run() throws {
    guard let grid = kernel.grid else { return try run(kernel.body) }
    let indices = 0..<max(0, try value(of: grid.extent))
    let isBackward = grid.repetition.map { symbols[$0]! % 2 == 1 } ?? false
    for index in isBackward ? Array(indices.reversed()) : Array(indices) {
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
      locals[local.index] = try evaluate(instruction, kernel.type(of: local))
    case .bind(let symbol, let local): symbols[symbol] = try self.local(local).integer
    case .store(let value, let buffer, let index, let mask):
      if let mask, try local(mask).integer == 0 { return }
      try store(local(value), buffer, index)
    case .accumulate(let function, let value, let buffer, let index):
      let type = kernel[buffer].elementType
      guard let old = memory[buffer.index][try place(buffer, index)] else {
        throw Failure("accumulates onto nothing")
      }
      try store(.binary(function.binaryFunction, old, local(value), type), buffer, index)
    case .prefetch: break
    case .transpose(let block): try transpose(block)
    case .loop(let loop):
      for index in 0..<max(0, try value(of: loop.extent)) {
        symbols[loop.symbol] = index
        try run(loop.body)
      }
    case .conditional(let condition, let first, let second):
      try run(try local(condition).integer != 0 ? first : second)
    }
  }

  private mutating func transpose(_ block: BlockTransposition) throws {
    for row in 0..<block.rows {
      for column in 0..<block.columns {
        let (row, column) = (IntegerExpression(row), IntegerExpression(column))
        let source = try place(block.from, block.source + block.sourceStride * row + column)
        let target = try place(block.to, block.target + block.targetStride * column + row)
        memory[block.to.index][target] = memory[block.from.index][source]
      }
    }
  }

  private mutating func store(_ value: Scalar, _ buffer: BufferID, _ index: IntegerExpression) throws {
    memory[buffer.index][try place(buffer, index)] = value.stored(kernel[buffer].elementType)
  }

  // MARK: Instructions

  private func evaluate(_ instruction: Instruction, _ type: ElementType) throws -> Scalar {
    switch instruction {
    case .floating(let value, _): return .rounded(value, type)
    case .integer(let value, _): return .wrapped(value, type)
    case .index(let expression): return .int(try value(of: expression))
    case .load(let buffer, let index, let mask):
      if let mask, try local(mask).integer == 0 { return .zero(type) }
      return try element(buffer, place(buffer, index))
    case .unary(let function, let a): return .unary(function, try local(a), type)
    case .binary(let function, let a, let b): return .binary(function, try local(a), try local(b), type)
    case .multiplyAdd(let a, let b, let c):
      return .multiplyAdd(try local(a), try local(b), try local(c), type)
    case .compare(let comparison, let a, let b):
      return .compare(comparison, try local(a), try local(b), kernel.type(of: a))
    case .select(let condition, let a, let b):
      return try local(condition).integer != 0 ? try local(a) : try local(b)
    case .convert(let a, let target): return try local(a).converted(from: kernel.type(of: a), to: target)
    case .lookup(let table, let index): return .float(Double(table[try local(index).integer & 15]))
    case .loadWord(let buffer, let index):
      let start = try place(buffer, index)
      let source = kernel[buffer].elementType
      let elements = try (start..<start + 4 / source.byteCount).map { try element(buffer, $0) }
      return scalars(bytes(elements, source), .i32)[0]
    case .dotProduct(let kind, let a, let b, let c):
      return .dotProduct(kind, try local(a).integer, try local(b).integer, try local(c))
    }
  }

  private func local(_ local: Local) throws -> Scalar {
    guard let value = locals[local.index] else { throw Failure("uses local \(local.index) undefined") }
    return value
  }

  private func element(_ buffer: BufferID, _ place: Int) throws -> Scalar {
    guard memory[buffer.index].indices.contains(place), let value = memory[buffer.index][place] else {
      throw Failure("reads \(kernel[buffer].name)[\(place)] before it is written")
    }
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
