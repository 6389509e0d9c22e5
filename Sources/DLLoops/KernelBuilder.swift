import DLGraph

/// Builds a kernel statement by statement.
///
/// Equal pure instructions of one scope, or of a scope around it, share a local. A reference type, because the lowering
/// of an operation and of its operands write to one kernel in turn; it never leaves the function that lowers.
public final class KernelBuilder {
  private var kernel: Kernel
  private var scopes = [Scope()]
  private var symbolCount = 0
  private var scopeCount = 0

  private struct Scope {
    var id = 0
    var statements: Block = []
    var known: [Instruction: Local] = [:]
  }

  public init(name: String, symbols: [Symbol] = []) {
    kernel = Kernel(name: name, symbols: symbols)
  }

  /// The kernel.
  ///
  /// - Requires: every loop and branch is closed.
  public func finish() -> Kernel {
    precondition(scopes.count == 1, "a loop is still open")
    var result = kernel
    result.body = scopes[0].statements
    return result
  }

  public func type(of local: Local) -> ElementType { kernel.type(of: local) }

  public func buffer(_ id: BufferID) -> Buffer { kernel[id] }

  // MARK: Memory

  /// Declares a buffer.
  ///
  /// - Requires: arguments come before local arrays.
  public func addBuffer(_ name: String, _ type: ElementType, _ space: Buffer.Space) -> BufferID {
    precondition(!space.isArgument || kernel.buffers.allSatisfy { $0.space.isArgument })
    kernel.buffers.append(Buffer(name, type, space))
    return BufferID(kernel.buffers.count - 1)
  }

  /// Reads an element. Of an input, the same element is read once.
  public func load(_ buffer: BufferID, at index: IntegerExpression, mask: Local? = nil) -> Local {
    let instruction = Instruction.load(buffer, at: index, mask: mask)
    let type = kernel[buffer].elementType
    return kernel[buffer].space == .input ? define(instruction, type) : append(instruction, type)
  }

  /// Reads the adjacent elements from an index on as one `i32`.
  ///
  /// - Requires: elements of one or two bytes, in an input.
  public func loadWord(_ buffer: BufferID, at index: IntegerExpression) -> Local {
    define(.loadWord(buffer, at: index), .i32)
  }

  public func store(_ value: Local, _ buffer: BufferID, at index: IntegerExpression, mask: Local? = nil) {
    emit(.store(value, buffer, at: index, mask: mask))
  }

  public func accumulate(
    _ function: ReductionFunction, _ value: Local, _ buffer: BufferID, at index: IntegerExpression
  ) {
    emit(.accumulate(function, value, buffer, at: index))
  }

  public func prefetch(_ buffer: BufferID, at index: IntegerExpression) {
    emit(.prefetch(buffer, at: index))
  }

  public func transpose(_ block: BlockTransposition) { emit(.transpose(block)) }

  // MARK: Values

  public func floating(_ value: Double, _ type: ElementType) -> Local { define(.floating(value, type), type) }

  public func integer(_ value: Int, _ type: ElementType) -> Local { define(.integer(value, type), type) }

  /// A constant of any type: `value` rounded to a float, or as an integer, or `!= 0`.
  public func constant(_ value: Int, _ type: ElementType) -> Local {
    type.isFloatingPoint ? floating(Double(value), type) : integer(value, type)
  }

  /// The identity of a reduction in a type.
  public func identity(of function: ReductionFunction, _ type: ElementType) -> Local {
    switch function {
    case .sum, .any: constant(0, type)
    case .product, .all: constant(1, type)
    case .minimum:
      type.isFloatingPoint ? floating(.infinity, type) : integer(type.greatestInteger, type)
    case .maximum:
      type.isFloatingPoint ? floating(-.infinity, type) : integer(type.leastInteger, type)
    }
  }

  public func index(_ expression: IntegerExpression) -> Local { define(.index(expression), .i64) }

  public func unary(_ function: UnaryFunction, _ a: Local) -> Local {
    define(.unary(function, a), type(of: a))
  }

  public func binary(_ function: BinaryFunction, _ a: Local, _ b: Local) -> Local {
    define(.binary(function, a, b), type(of: a))
  }

  /// Combines two values as a reduction does.
  public func combine(_ function: ReductionFunction, _ a: Local, _ b: Local) -> Local {
    binary(function.binaryFunction, a, b)
  }

  public func multiplyAdd(_ a: Local, _ b: Local, _ c: Local) -> Local {
    define(.multiplyAdd(a, b, c), type(of: c))
  }

  /// Adds the products of the elements of two words to `sum`.
  public func dotProduct(_ kind: DotProduct, _ a: Local, _ b: Local, _ sum: Local) -> Local {
    define(.dotProduct(kind, a, b, sum), kind.sum)
  }

  /// One of sixteen numbers, chosen by the lowest four bits of an `i32`.
  public func lookup(_ table: [Float], _ index: Local) -> Local { define(.lookup(table, index), .f32) }

  public func compare(_ comparison: Comparison, _ a: Local, _ b: Local) -> Local {
    define(.compare(comparison, a, b), .bool)
  }

  public func select(_ condition: Local, _ a: Local, _ b: Local) -> Local {
    define(.select(condition, a, b), type(of: a))
  }

  /// The value in another type; the value itself where it has the type.
  public func convert(_ a: Local, to target: ElementType) -> Local {
    type(of: a) == target ? a : define(.convert(a, to: target), target)
  }

  /// `a && b` on bools; nil stands for true.
  public func and(_ a: Local?, _ b: Local?) -> Local? {
    guard let a else { return b }
    guard let b else { return a }
    return binary(.and, a, b)
  }

  /// Whether `lower <= index < upper`; nil where that is always so.
  public func isInRange(
    _ index: IntegerExpression, _ lower: IntegerExpression, _ upper: IntegerExpression
  ) -> Local? {
    let above =
      (index - lower).isProvably(atLeast: 0)
      ? nil : compare(.greaterOrEqual, self.index(index), self.index(lower))
    let below =
      (upper - 1 - index).isProvably(atLeast: 0) ? nil : compare(.less, self.index(index), self.index(upper))
    return and(above, below)
  }

  /// A symbol with the value of an integer local.
  ///
  /// - Requires: the value lies between `lower` and `upper`.
  public func bind(
    _ local: Local, lower: Int = 0, upper: IntegerExpression? = nil
  ) -> IntegerExpression {
    let symbol = makeSymbol("n", lower: lower, upper: upper)
    emit(.bind(symbol, local))
    return IntegerExpression(symbol)
  }

  // MARK: Control

  /// Opens a loop, emits its body, and closes it.
  public func loop(
    _ extent: IntegerExpression, _ kind: Loop.Kind = .serial, _ body: (IntegerExpression) -> Void
  ) {
    let symbol = makeSymbol("i", lower: 0, upper: extent - 1)
    let statements = scope { body(IntegerExpression(symbol)) }
    emit(.loop(Loop(symbol, extent: extent, kind: kind, body: statements)))
  }

  /// Makes the independent iterations of the kernel; the rest of it is emitted by `body`.
  ///
  /// - Requires: nothing has been emitted yet.
  public func grid(
    _ extent: IntegerExpression, grain: Int = 1, _ body: (IntegerExpression) -> Void
  ) {
    precondition(kernel.grid == nil && scopes.count == 1 && scopes[0].statements.isEmpty)
    let symbol = makeSymbol("g", lower: 0, upper: extent - 1)
    kernel.grid = Kernel.Grid(symbol: symbol, extent: extent, grain: grain)
    body(IntegerExpression(symbol))
  }

  public func conditional(_ condition: Local, then: () -> Void, else otherwise: () -> Void = {}) {
    let first = scope(then)
    let second = scope(otherwise)
    emit(.conditional(condition, then: first, else: second))
  }

  /// Names the innermost open scope. What was computed in a scope may be used as long as it is open.
  public var currentScope: Int { scopes[scopes.count - 1].id }

  /// Whether the scope of this name is open.
  public func isOpen(_ scope: Int) -> Bool { scopes.contains { $0.id == scope } }

  // MARK: Parts

  private func scope(_ body: () -> Void) -> Block {
    scopeCount += 1
    scopes.append(Scope(id: scopeCount))
    body()
    return scopes.removeLast().statements
  }

  private func emit(_ statement: Statement) { scopes[scopes.count - 1].statements.append(statement) }

  private func makeSymbol(_ prefix: String, lower: Int, upper: IntegerExpression?) -> Symbol {
    defer { symbolCount += 1 }
    return Symbol("\(prefix)\(symbolCount)", lower: lower, upper: upper)
  }

  private func define(_ instruction: Instruction, _ type: ElementType) -> Local {
    for scope in scopes.reversed() {
      if let local = scope.known[instruction] { return local }
    }
    let local = append(instruction, type)
    scopes[scopes.count - 1].known[instruction] = local
    return local
  }

  private func append(_ instruction: Instruction, _ type: ElementType) -> Local {
    kernel.locals.append(type)
    let local = Local(kernel.locals.count - 1)
    emit(.define(local, instruction))
    return local
  }
}

extension ReductionFunction {
  /// The function of two elements that the reduction repeats.
  public var binaryFunction: BinaryFunction {
    switch self {
    case .sum: .add
    case .product: .multiply
    case .minimum: .minimum
    case .maximum: .maximum
    case .any: .or
    case .all: .and
    }
  }
}

extension ElementType {
  /// The greatest integer of an integer type; 1 for bool.
  public var greatestInteger: Int {
    switch self {
    case .u8: 255
    case .bool: 1
    default: Int.max >> (64 - 8 * byteCount)
    }
  }

  /// The least integer of an integer type; 0 for bool.
  public var leastInteger: Int {
    switch self {
    case .u8, .bool: 0
    default: Int.min >> (64 - 8 * byteCount)
    }
  }
}
