import DLGraph

extension Kernel {
  /// What breaks the rules of the loop IR, one sentence each; empty for a valid kernel.
  public var problems: [String] {
    var verifier = KernelVerifier(self)
    verifier.run()
    return verifier.problems
  }
}

/// Checks a kernel: locals are defined once and before their uses, types agree, indices use symbols that are known,
/// buffers exist and inputs are not written, vector loops are not nested.
private struct KernelVerifier {
  let kernel: Kernel
  var problems: [String] = []
  private var defined: Set<Local> = []
  private var everDefined: Set<Local> = []
  private var symbols: Set<Symbol>
  private var isInVector = false
  /// The locals that differ from lane to lane.
  private var varying: Set<Local> = []
  private var varyingSymbols: Set<Symbol> = []

  init(_ kernel: Kernel) {
    self.kernel = kernel
    symbols = Set(kernel.symbols)
  }

  mutating func run() {
    if Set(kernel.symbols).count != kernel.symbols.count { report("a symbol occurs twice") }
    let firstLocal = kernel.buffers.firstIndex { !$0.space.isArgument } ?? kernel.buffers.count
    if kernel.buffers[firstLocal...].contains(where: \.space.isArgument) {
      report("an argument stands behind a local array")
    }
    if let grid = kernel.grid {
      check(grid.extent)
      if grid.grain < 1 { report("the grain is \(grid.grain)") }
      if let repetition = grid.repetition, !symbols.contains(repetition) {
        report("the symbol \(repetition.name) is not known in the order of the grid")
      }
      symbols.insert(grid.symbol)
    }
    visit(kernel.body)
  }

  private mutating func report(_ problem: String) { problems.append(problem) }

  // MARK: Statements

  private mutating func visit(_ block: Block) {
    let (outerDefined, outerSymbols) = (defined, symbols)
    for statement in block { visit(statement) }
    (defined, symbols) = (outerDefined, outerSymbols)
  }

  private mutating func visit(_ statement: Statement) {
    switch statement {
    case .define(let local, let instruction): define(local, instruction)
    case .bind(let symbol, let local):
      if let type = use(local), !type.isInteger { report("\(symbol.name) is bound to a \(type)") }
      if symbols.contains(symbol) { report("\(symbol.name) is bound twice") }
      symbols.insert(symbol)
      if varying.contains(local) { varyingSymbols.insert(symbol) }
    case .store(let value, let buffer, let at, let mask):
      checkWrite(use(value), buffer, at)
      checkMask(mask)
    case .accumulate(let function, let value, let buffer, let at):
      let type = use(value)
      checkWrite(type, buffer, at)
      if let type, !function.accepts(type) { report("\(function.rawValue) of \(type)") }
    case .prefetch(let buffer, let at):
      check(at)
      _ = checked(buffer)
      if isVarying(at) { report("a prefetch depends on a vector loop") }
    case .transpose(let block):
      let type = checked(block.from)?.elementType
      for index in [block.source, block.sourceStride, block.targetStride] { check(index) }
      checkWrite(type, block.to, block.target)
      if isInVector { report("a block is transposed in a vector loop") }
      if block.rows < 1 || block.columns < 1 { report("a block of \(block.rows)x\(block.columns)") }
    case .loop(let loop): visit(loop)
    case .conditional(let condition, let then, let otherwise):
      checkMask(condition)
      if varying.contains(condition) { report("a branch depends on a vector loop") }
      visit(then)
      visit(otherwise)
    }
  }

  private mutating func visit(_ loop: Loop) {
    check(loop.extent)
    if symbols.contains(loop.symbol) { report("\(loop.symbol.name) counts two nested loops") }
    let isVector = loop.kind == .vector || loop.kind == .unrolledVector
    if isVector && isInVector { report("the vector loop over \(loop.symbol.name) is inside another one") }
    if isVarying(loop.extent) { report("the extent of \(loop.symbol.name) depends on a vector loop") }
    let (wasInVector, outer) = (isInVector, symbols)
    isInVector = isInVector || isVector
    if isVector { varyingSymbols.insert(loop.symbol) }
    symbols.insert(loop.symbol)
    visit(loop.body)
    varyingSymbols.remove(loop.symbol)
    (isInVector, symbols) = (wasInVector, outer)
  }

  // MARK: Instructions

  private mutating func define(_ local: Local, _ instruction: Instruction) {
    guard kernel.locals.indices.contains(local.index) else {
      report("%\(local.index) has no type")
      return
    }
    let expected = type(of: instruction)
    if let expected, expected != kernel.type(of: local) {
      report("%\(local.index) is \(kernel.type(of: local)) but its value \(expected)")
    }
    if !everDefined.insert(local).inserted { report("%\(local.index) is defined twice") }
    defined.insert(local)
    if isVarying(instruction) { varying.insert(local) }
  }

  /// The type of the result; nil where an operand is wrong, which has been reported.
  private mutating func type(of instruction: Instruction) -> ElementType? {
    switch instruction {
    case .floating(_, let type):
      if !type.isFloatingPoint { report("a floating-point constant of \(type)") }
      return type
    case .integer(_, let type):
      if type.isFloatingPoint { report("an integer constant of \(type)") }
      return type
    case .index(let expression):
      check(expression)
      return .i64
    case .load(let buffer, let at, let mask):
      check(at)
      checkMask(mask)
      return checked(buffer)?.elementType
    case .unary(let function, let a):
      guard let type = use(a) else { return nil }
      if !function.accepts(type) { report("\(function.rawValue) of \(type)") }
      return type
    case .binary(let function, let a, let b):
      guard let type = same([a, b]) else { return nil }
      if !function.accepts(type) { report("\(function.rawValue) of \(type)") }
      return type
    case .multiplyAdd(let a, let b, let c): return same([a, b, c])
    case .compare(_, let a, let b): return same([a, b]) == nil ? nil : .bool
    case .select(let condition, let a, let b):
      checkMask(condition)
      return same([a, b])
    case .convert(let a, let type): return use(a) == nil ? nil : type
    case .lookup(let table, let index):
      if table.count != 16 { report("a table of \(table.count) numbers") }
      if let type = use(index), type != .i32 { report("an index into a table of type \(type)") }
      return .f32
    case .loadWord(let buffer, let at):
      check(at)
      if let type = checked(buffer)?.elementType, type.byteCount > 2 { report("a word of \(type)") }
      return .i32
    case .dotProduct(let kind, let a, let b, let c):
      for word in [a, b] {
        if let type = use(word), type != .i32 { report("a word of type \(type)") }
      }
      if let type = use(c), type != kind.sum { report("a sum of \(kind.rawValue) of type \(type)") }
      return kind.sum
    }
  }

  // MARK: Parts

  private mutating func use(_ local: Local) -> ElementType? {
    guard defined.contains(local) else {
      report("%\(local.index) is used where it is not defined")
      return nil
    }
    return kernel.type(of: local)
  }

  private mutating func same(_ locals: [Local]) -> ElementType? {
    let types = locals.compactMap { use($0) }
    guard types.count == locals.count, let first = types.first else { return nil }
    if !types.allSatisfy({ $0 == first }) {
      report("operands of types \(types.map(\.description).joined(separator: ", "))")
      return nil
    }
    return first
  }

  private mutating func check(_ expression: IntegerExpression) {
    for symbol in expression.symbols where !symbols.contains(symbol) {
      report("the symbol \(symbol.name) is not known in \(expression)")
    }
  }

  private mutating func checkMask(_ mask: Local?) {
    guard let mask, let type = use(mask) else { return }
    if type != .bool { report("a condition of type \(type)") }
  }

  private mutating func checked(_ buffer: BufferID) -> Buffer? {
    guard kernel.buffers.indices.contains(buffer.index) else {
      report("there is no buffer \(buffer.index)")
      return nil
    }
    return kernel[buffer]
  }

  private mutating func checkWrite(_ type: ElementType?, _ buffer: BufferID, _ at: IntegerExpression) {
    check(at)
    guard let buffer = checked(buffer) else { return }
    if buffer.space == .input { report("the input \(buffer.name) is written") }
    if let type, type != buffer.elementType {
      report("a \(type) is written to \(buffer.name) of \(buffer.elementType)")
    }
  }

  // MARK: What changes from lane to lane

  private func isVarying(_ expression: IntegerExpression) -> Bool {
    !varyingSymbols.isDisjoint(with: expression.symbols)
  }

  private func isVarying(_ instruction: Instruction) -> Bool {
    switch instruction {
    case .floating, .integer: false
    case .index(let expression): isVarying(expression)
    case .loadWord(_, let at): isVarying(at)
    case .load(_, let at, let mask): isVarying(at) || mask.map(varying.contains) ?? false
    case .unary(_, let a), .convert(let a, _), .lookup(_, let a): varying.contains(a)
    case .binary(_, let a, let b), .compare(_, let a, let b): varying.contains(a) || varying.contains(b)
    case .multiplyAdd(let a, let b, let c), .select(let a, let b, let c), .dotProduct(_, let a, let b, let c):
      varying.contains(a) || varying.contains(b) || varying.contains(c)
    }
  }
}
