import DLGraph
import DLLoops
import Foundation

/// Runs kernels one scalar at a time, by the letter of the loop IR: what compiled kernels are compared with.
struct KernelInterpreter {
  let kernel: Kernel
  /// The elements of every buffer: floating-point numbers as they are, integers as doubles' bit patterns are not:
  /// each element is a `Scalar`.
  var memory: [[Scalar]]
  private var locals: [Scalar]
  private var symbols: [Symbol: Int]

  /// A value: exact for every element type.
  enum Scalar: Hashable {
    case float(Double)
    case int(Int)

    var double: Double {
      switch self {
      case .float(let value): value
      case .int(let value): Double(value)
      }
    }

    var integer: Int {
      switch self {
      case .float: 0
      case .int(let value): value
      }
    }
  }

  init(_ kernel: Kernel, arguments: [[Scalar]], symbols: [Int]) {
    self.kernel = kernel
    memory = arguments
    for buffer in kernel.buffers.dropFirst(kernel.arguments.count) {
      guard case .local(let count) = buffer.space else { continue }
      let zero: Scalar = buffer.elementType.isFloatingPoint ? .float(0) : .int(0)
      memory.append([Scalar](repeating: zero, count: count))
    }
    locals = [Scalar](repeating: .int(0), count: kernel.locals.count)
    self.symbols = Dictionary(uniqueKeysWithValues: zip(kernel.symbols, symbols))
  }

  mutating func run() {
    guard let grid = kernel.grid else { return run(kernel.body) }
    for index in 0..<max(value(grid.extent), 0) {
      symbols[grid.symbol] = index
      run(kernel.body)
    }
  }

  private func value(_ expression: IntegerExpression) -> Int { expression.evaluate { symbols[$0] }! }

  private mutating func run(_ block: Block) {
    for statement in block {
      switch statement {
      case .define(let local, let instruction):
        locals[local.index] = evaluate(instruction, kernel.type(of: local))
      case .bind(let symbol, let local): symbols[symbol] = locals[local.index].integer
      case .store(let local, let buffer, let at, let mask):
        if let mask, locals[mask.index].integer == 0 { continue }
        memory[buffer.index][value(at)] = stored(locals[local.index], kernel[buffer].elementType)
      case .accumulate(let function, let local, let buffer, let at):
        let type = kernel[buffer].elementType
        let index = value(at)
        let combined = binary(function.binaryFunction, memory[buffer.index][index], locals[local.index], type)
        memory[buffer.index][index] = stored(combined, type)
      case .prefetch: break
      case .transpose(let block):
        for row in 0..<block.rows {
          for column in 0..<block.columns {
            let from = value(block.source) + row * value(block.sourceStride) + column
            let to = value(block.target) + column * value(block.targetStride) + row
            memory[block.to.index][to] = memory[block.from.index][from]
          }
        }
      case .loop(let loop):
        for index in 0..<max(value(loop.extent), 0) {
          symbols[loop.symbol] = index
          run(loop.body)
        }
      case .conditional(let condition, let then, let otherwise):
        run(locals[condition.index].integer != 0 ? then : otherwise)
      }
    }
  }

  private func evaluate(_ instruction: Instruction, _ type: ElementType) -> Scalar {
    func get(_ local: Local) -> Scalar { locals[local.index] }
    switch instruction {
    case .floating(let value, _): return rounded(value, type)
    case .integer(let value, _): return wrapped(value, type)
    case .index(let expression): return .int(value(expression))
    case .load(let buffer, let at, let mask):
      if let mask, get(mask).integer == 0 { return type.isFloatingPoint ? .float(0) : .int(0) }
      return memory[buffer.index][value(at)]
    case .unary(let function, let a): return unary(function, get(a), type)
    case .binary(let function, let a, let b): return binary(function, get(a), get(b), type)
    case .multiplyAdd(let a, let b, let c):
      if type == .f64 { return .float(fma(get(a).double, get(b).double, get(c).double)) }
      if type.isFloatingPoint { return rounded(get(a).double * get(b).double + get(c).double, type) }
      return wrapped(get(a).integer &* get(b).integer &+ get(c).integer, type)
    case .compare(let comparison, let a, let b):
      return .int(compare(comparison, get(a), get(b), kernel.type(of: a)) ? 1 : 0)
    case .select(let condition, let a, let b): return get(condition).integer != 0 ? get(a) : get(b)
    case .convert(let a, let target): return convert(get(a), kernel.type(of: a), target)
    case .lookup(let table, let index): return .float(Double(table[get(index).integer & 15]))
    case .loadWord(let buffer, let at):
      return word(of: kernel[buffer].elementType, memory[buffer.index], value(at))
    case .dotProduct(let kind, let a, let b, let c):
      return dotProduct(kind, get(a).integer, get(b).integer, get(c))
    }
  }
}

// MARK: Words

extension KernelInterpreter {
  private func word(of type: ElementType, _ elements: [Scalar], _ start: Int) -> Scalar {
    let raw = bytes(Array(elements[start..<start + 4 / type.byteCount]), type)
    return scalars(raw, .i32)[0]
  }

  private func dotProduct(_ kind: DotProduct, _ a: Int, _ b: Int, _ sum: Scalar) -> Scalar {
    let words = [a, b].map { bytes([.int($0)], .i32) }
    switch kind {
    case .bytes:
      let products = zip(scalars(words[0], .u8), scalars(words[1], .i8)).map { $0.integer * $1.integer }
      return wrapped(products.reduce(sum.integer, &+), .i32)
    case .bfloats:
      let products = zip(scalars(words[0], .bf16), scalars(words[1], .bf16)).map { $0.double * $1.double }
      return rounded(products.reduce(sum.double, +), .f32)
    }
  }
}

// MARK: Types

extension KernelInterpreter {
  /// A number as a register of the type holds it: the 16-bit floats are carried as f32.
  private func rounded(_ value: Double, _ type: ElementType) -> Scalar {
    .float(type == .f64 ? value : Double(Float(value)))
  }

  private func stored(_ value: Scalar, _ type: ElementType) -> Scalar {
    switch type {
    case .f16: .float(Double(Float16(Float(value.double))))
    case .bf16: .float(Double(Float(bitPattern: UInt32(bfloat(Float(value.double))) << 16)))
    default: value
    }
  }

  private func wrapped(_ value: Int, _ type: ElementType) -> Scalar {
    switch type {
    case .i32: .int(Int(Int32(truncatingIfNeeded: value)))
    case .i16: .int(Int(Int16(truncatingIfNeeded: value)))
    case .i8: .int(Int(Int8(truncatingIfNeeded: value)))
    case .u8: .int(Int(UInt8(truncatingIfNeeded: value)))
    case .bool: .int(value & 1)
    default: .int(value)
    }
  }

  private func convert(_ value: Scalar, _ source: ElementType, _ target: ElementType) -> Scalar {
    if target == .bool { return .int(value.double != 0 ? 1 : 0) }
    if target.isFloatingPoint { return stored(rounded(value.double, target), target) }
    guard source.isFloatingPoint else { return wrapped(value.integer, target) }
    let x = value.double
    if x.isNaN { return .int(0) }
    let (low, high) = (target.leastInteger, target.greatestInteger)
    if x <= Double(low) { return .int(low) }
    if x >= Double(high) { return .int(high) }
    return .int(Int(x))
  }
}

/// The upper half of an f32, to nearest even.
func bfloat(_ value: Float) -> UInt16 {
  if value.isNaN { return UInt16(truncatingIfNeeded: value.bitPattern >> 16) | 0x40 }
  let bits = value.bitPattern
  return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
}

// MARK: Functions

extension KernelInterpreter {
  private func compare(_ comparison: Comparison, _ a: Scalar, _ b: Scalar, _ type: ElementType) -> Bool {
    if type.isFloatingPoint { return compare(comparison, a.double, b.double) }
    return compare(comparison, a.integer, b.integer)
  }

  private func compare<T: Comparable>(_ comparison: Comparison, _ a: T, _ b: T) -> Bool {
    switch comparison {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }

  private func unary(_ function: UnaryFunction, _ a: Scalar, _ type: ElementType) -> Scalar {
    if !type.isFloatingPoint {
      let x = a.integer
      switch function {
      case .negate: return wrapped(0 &- x, type)
      case .abs: return wrapped(x == .min ? x : Swift.abs(x), type)
      case .sign: return .int(x.signum())
      case .not: return type == .bool ? .int(1 - x) : wrapped(~x, type)
      default: return a
      }
    }
    return rounded(referenceValue(function, a.double), type)
  }

  private func binary(_ function: BinaryFunction, _ a: Scalar, _ b: Scalar, _ type: ElementType) -> Scalar {
    if type.isFloatingPoint { return rounded(floating(function, a.double, b.double), type) }
    return wrapped(integral(function, a.integer, b.integer, type), type)
  }

  private func floating(_ function: BinaryFunction, _ a: Double, _ b: Double) -> Double {
    switch function {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .remainder: floorRemainder(a, b)
    case .power: pow(a, b)
    case .minimum: a.isNaN || b.isNaN ? .nan : min(a, b)
    case .maximum: a.isNaN || b.isNaN ? .nan : max(a, b)
    case .atan2: atan2(a, b)
    case .and, .or, .xor, .shiftLeft, .shiftRight: .nan
    }
  }

  private func floorRemainder(_ a: Double, _ b: Double) -> Double {
    let remainder = fmod(a, b)
    return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder
  }

  private func integral(_ function: BinaryFunction, _ a: Int, _ b: Int, _ type: ElementType) -> Int {
    let width = type.byteCount * 8
    switch function {
    case .add: return a &+ b
    case .subtract: return a &- b
    case .multiply: return a &* b
    case .divide: return floorQuotient(a, b)
    case .remainder: return b == 0 ? 0 : a &- floorQuotient(a, b) &* b
    case .power: return integralPower(a, b)
    case .minimum: return min(a, b)
    case .maximum: return max(a, b)
    case .atan2: return 0
    case .and: return a & b
    case .or: return a | b
    case .xor: return a ^ b
    case .shiftLeft: return b < 0 || b >= width ? 0 : a << b
    case .shiftRight: return b < 0 || b >= width ? (a < 0 ? -1 : 0) : a >> b
    }
  }

  private func floorQuotient(_ a: Int, _ b: Int) -> Int {
    if b == 0 { return 0 }
    if b == -1 { return 0 &- a }
    let quotient = a / b
    return a % b != 0 && (a % b < 0) != (b < 0) ? quotient - 1 : quotient
  }

  private func integralPower(_ a: Int, _ b: Int) -> Int {
    if b < 0 { return a == 1 ? 1 : a == -1 ? (b % 2 == 0 ? 1 : -1) : 0 }
    var (result, square, bits) = (1, a, b)
    while bits > 0 {
      if bits & 1 == 1 { result = result &* square }
      square = square &* square
      bits >>= 1
    }
    return result
  }
}

/// A function of one element in double precision.
func referenceValue(_ function: UnaryFunction, _ x: Double) -> Double {
  switch function {
  case .negate: -x
  case .abs: Swift.abs(x)
  case .sign: x > 0 ? 1 : x < 0 ? -1 : x
  case .exp: exp(x)
  case .expm1: expm1(x)
  case .log: log(x)
  case .log1p: log1p(x)
  case .sqrt: x.squareRoot()
  case .rsqrt: 1 / x.squareRoot()
  case .sin: sin(x)
  case .cos: cos(x)
  case .tan: tan(x)
  case .tanh: tanh(x)
  case .sigmoid: x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
  case .erf: erf(x)
  case .floor: x.rounded(.down)
  case .ceil: x.rounded(.up)
  case .round: x.rounded(.toNearestOrEven)
  case .not: .nan
  }
}
