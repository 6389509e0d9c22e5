internal import CLLVM
import DLGraph
import DLLoops

extension KernelEmitter {
  /// Combines the element at an index with a value.
  func accumulate(
    _ function: ReductionFunction, _ value: IRValue, _ buffer: BufferID, _ at: IntegerExpression
  ) {
    let key = AccumulatorKey(function: function, buffer: buffer, index: at)
    if let vector, let accumulator = vector.accumulators[key] {
      let type = ir.type(of: LLVMConstNull(LLVMGetAllocatedType(accumulator)))
      let old = ir.load(type, accumulator, alignment: 64)
      let combined = combine(function, old, ir.broadcast(value, vector.lanes), kernel[buffer].elementType)
      let new = vector.mask.map { ir.select($0, combined, old) } ?? combined
      ir.store(new, accumulator, alignment: 64)
      return
    }
    let type = kernel[buffer].elementType
    switch index(at) {
    case .uniform(let base, let offset):
      let value = vector == nil ? value : reduceLanes(function, value, type)
      let place = Index.uniform(base, offset: offset)
      let old = load(buffer, place, mask: nil)
      store(combine(function, old, value, type), buffer, place, mask: nil)
    case let place:
      let old = load(buffer, place, mask: nil)
      store(combine(function, old, value, type), buffer, place, mask: nil)
    }
  }

  func combine(_ function: ReductionFunction, _ a: IRValue, _ b: IRValue, _ type: ElementType) -> IRValue {
    switch function {
    case .sum: ir.add(a, b)
    case .product: ir.multiply(a, b)
    case .minimum: ir.minimum(a, b, type)
    case .maximum: ir.maximum(a, b, type)
    case .any: ir.or(a, b)
    case .all: ir.and(a, b)
    }
  }

  // MARK: Accumulators in registers

  /// The places a vector loop may reduce into by registers: one element known before the loop, that the body does not
  /// touch in any other way.
  func registerReductions(of loop: Loop) -> [AccumulatorKey] {
    var keys: [AccumulatorKey] = []
    var touched: [BufferID: Int] = [:]
    collect(loop.body, &keys, &touched)
    return keys.filter { key in
      let isFixed = resolvingConstants(key.index).symbols.allSatisfy { scope.values[$0] != nil }
      let distinct = keys.filter { $0.buffer == key.buffer }
      // Two places of one buffer may be the same element.
      return isFixed && touched[key.buffer] == nil && distinct.count == 1
    }
  }

  private func collect(_ block: Block, _ keys: inout [AccumulatorKey], _ touched: inout [BufferID: Int]) {
    for statement in block {
      switch statement {
      case .define(_, .load(let buffer, _, _)), .define(_, .loadWord(let buffer, _)),
        .store(_, let buffer, _, _):
        touched[buffer, default: 0] += 1
      case .accumulate(let function, _, let buffer, let at):
        let key = AccumulatorKey(function: function, buffer: buffer, index: at)
        if !keys.contains(key) { keys.append(key) }
      case .loop(let loop): collect(loop.body, &keys, &touched)
      case .conditional(_, let then, let otherwise):
        collect(then, &keys, &touched)
        collect(otherwise, &keys, &touched)
      case .transpose(let block):
        touched[block.from, default: 0] += 1
        touched[block.to, default: 0] += 1
      case .define, .bind, .prefetch: break
      }
    }
  }

  /// Runs `body` with a vector accumulator for every reduction and copy, and afterwards reduces the lanes, in an order
  /// that depends on nothing, into memory.
  func withAccumulators(
    _ keys: [AccumulatorKey], lanes: Int, copies: Int, _ body: ([[AccumulatorKey: IRValue]]) -> Void
  ) {
    var accumulators = [[AccumulatorKey: IRValue]](repeating: [:], count: copies)
    for key in keys {
      let element = kernel[key.buffer].elementType
      let type = ir.vector(ir.valueType(of: element), lanes)
      for copy in 0..<copies {
        let memory = ir.allocate(type, alignment: 64, "accumulator")
        ir.store(ir.identity(of: key.function, element, type), memory, alignment: 64)
        accumulators[copy][key] = memory
      }
    }
    body(accumulators)
    for key in keys {
      let element = kernel[key.buffer].elementType
      let type = ir.vector(ir.valueType(of: element), lanes)
      var values = accumulators.map { ir.load(type, $0[key]!, alignment: 64) }
      while values.count > 1 {
        let half = values.count / 2
        values = (0..<half).map { combine(key.function, values[$0], values[$0 + half], element) }
      }
      let total = reduceVector(key.function, values[0], element)
      let place = index(key.index)
      store(
        combine(key.function, load(key.buffer, place, mask: nil), total, element), key.buffer, place,
        mask: nil)
    }
  }

  /// Combines the lanes that run, for a value in a vector loop.
  private func reduceLanes(_ function: ReductionFunction, _ value: IRValue, _ type: ElementType) -> IRValue {
    guard let vector, vector.lanes > 1 else { return value }
    var lanes = ir.broadcast(value, vector.lanes)
    if let mask = vector.mask {
      lanes = ir.select(mask, lanes, ir.identity(of: function, type, ir.type(of: lanes)))
    }
    return reduceVector(function, lanes, type)
  }

  /// Combines all lanes, the upper half with the lower one until one is left.
  private func reduceVector(_ function: ReductionFunction, _ value: IRValue, _ type: ElementType) -> IRValue {
    var value = value
    var lanes = ir.lanes(value)
    while lanes > 1 {
      lanes /= 2
      let low = ir.shuffle(value, value, Array(0..<lanes))
      let high = ir.shuffle(value, value, Array(lanes..<2 * lanes))
      value = combine(function, low, high, type)
    }
    return ir.isVector(value) ? ir.extract(value, 0) : value
  }
}

extension IRBuilder {
  /// The value that changes nothing in a reduction.
  func identity(of function: ReductionFunction, _ type: ElementType, _ shape: IRType) -> IRValue {
    let bits = type.byteCount * 8
    switch function {
    case .sum, .any: return zero(shape)
    case .product: return type.isFloatingPoint ? float(1, shape) : int(1, shape)
    case .all: return int(1, shape)
    case .minimum:
      if type.isFloatingPoint { return float(.infinity, shape) }
      return type == .bool ? int(1, shape) : int(type == .u8 ? 255 : Int.max >> (64 - bits), shape)
    case .maximum:
      if type.isFloatingPoint { return float(-.infinity, shape) }
      return type == .bool || type == .u8 ? int(0, shape) : int(Int.min >> (64 - bits), shape)
    }
  }
}
