internal import CLLVM
import DLGraph
import DLLoops

extension KernelEmitter {
  /// Reads an element of a buffer, or one per lane.
  func load(_ buffer: BufferID, _ index: Index, mask: IRValue?) -> IRValue {
    let type = kernel[buffer].elementType
    let element = ir.memoryType(of: type)
    let bytes = type.byteCount
    switch index {
    case .uniform(let base, let offset):
      let address = address(buffer, base, offset)
      guard let mask else { return ir.decode(ir.load(element, address, alignment: bytes), type) }
      if ir.isVector(mask) {
        let addresses = ir.broadcast(address, ir.lanes(mask))
        let vector = ir.vector(element, ir.lanes(mask))
        return ir.decode(ir.gather(vector, addresses, mask: activeMask(mask), alignment: bytes), type)
      }
      return ir.decode(loadWhere(mask, element, address, alignment: bytes), type)
    case .consecutive(let base, let offset):
      let vector = ir.vector(element, vector!.lanes)
      let address = address(buffer, base, offset)
      if isLocal(buffer) {
        let bits = ir.load(vector, address, alignment: bytes)
        return ir.decode(mask.map { ir.select($0, bits, ir.zero(vector)) } ?? bits, type)
      }
      if mask == nil && self.vector?.mask == nil {
        return ir.decode(ir.load(vector, address, alignment: bytes), type)
      }
      if let mask = branchMask(mask, elementByteCount: bytes) {
        return ir.decode(loadWhere(mask, vector, address, alignment: bytes), type)
      }
      return ir.decode(ir.maskedLoad(vector, address, mask: activeMask(mask), alignment: bytes), type)
    case .scattered(let base, let offset, let distances):
      if mask == nil, self.vector?.mask == nil, let window = window(buffer, base, offset, distances) {
        return ir.decode(window, type)
      }
      return load(buffer, .lanes(scattered(base, offset, distances)), mask: mask)
    case .lanes(let indices):
      let vector = ir.vector(element, ir.lanes(indices))
      let addresses = ir.address(memory[buffer.index], element, indices)
      if !ir.isVector(indices) { return load(buffer, .uniform(indices, offset: 0), mask: mask) }
      return ir.decode(ir.gather(vector, addresses, mask: activeMask(mask), alignment: bytes), type)
    }
  }

  /// Reads adjacent elements as one i32, or an i32 per lane.
  func loadWord(_ buffer: BufferID, _ index: Index) -> IRValue {
    let element = ir.memoryType(of: kernel[buffer].elementType)
    let bytes = kernel[buffer].elementType.byteCount
    switch index {
    case .uniform(let base, let offset):
      return ir.load(ir.i32, address(buffer, base, offset), alignment: bytes)
    case .consecutive(let base, let offset):
      let first = ir.add(base, ir.int(offset))
      let lanes = vector?.lanes ?? 1
      return loadWord(buffer, .lanes(ir.add(ir.broadcast(first, lanes), ir.iota(lanes, ir.i64))))
    case .scattered(let base, let offset, let distances):
      return loadWord(buffer, .lanes(scattered(base, offset, distances)))
    case .lanes(let indices):
      if !ir.isVector(indices) { return loadWord(buffer, .uniform(indices, offset: 0)) }
      let addresses = ir.address(memory[buffer.index], element, indices)
      return ir.gather(
        ir.vector(ir.i32, ir.lanes(indices)), addresses, mask: activeMask(nil), alignment: bytes)
    }
  }

  /// Writes an element of a buffer, or one per lane. Where several lanes write one element, the last one stays.
  func store(_ value: IRValue, _ buffer: BufferID, _ index: Index, mask: IRValue?) {
    let type = kernel[buffer].elementType
    let element = ir.memoryType(of: type)
    let bytes = type.byteCount
    let bits = ir.encode(value, type)
    switch index {
    case .uniform(let base, let offset):
      let address = address(buffer, base, offset)
      let isVaryingMask = mask.map { ir.isVector($0) } ?? false
      if !ir.isVector(bits) && !isVaryingMask {
        ir.when(mask ?? ir.int(1, ir.i1), "store") { ir.store(bits, address, alignment: bytes) }
        return
      }
      let lanes = vector!.lanes
      ir.scatter(
        ir.broadcast(bits, lanes), ir.broadcast(address, lanes), mask: activeMask(mask), alignment: bytes)
    case .consecutive(let base, let offset):
      let bits = ir.broadcast(bits, vector!.lanes)
      let address = address(buffer, base, offset)
      if mask == nil && vector?.mask == nil {
        ir.store(bits, address, alignment: bytes)
      } else if isLocal(buffer) {
        // A plain load and store let the array live in registers; nobody else sees it.
        let old = ir.load(ir.type(of: bits), address, alignment: bytes)
        ir.store(ir.select(activeMask(mask), bits, old), address, alignment: bytes)
      } else if let mask = branchMask(mask, elementByteCount: bytes) {
        ir.when(mask, "store") { ir.store(bits, address, alignment: bytes) }
      } else {
        ir.maskedStore(bits, address, mask: activeMask(mask), alignment: bytes)
      }
    case .scattered(let base, let offset, let distances):
      store(value, buffer, .lanes(scattered(base, offset, distances)), mask: mask)
    case .lanes(let indices):
      if !ir.isVector(indices) { return store(value, buffer, .uniform(indices, offset: 0), mask: mask) }
      let lanes = ir.lanes(indices)
      let addresses = ir.address(memory[buffer.index], element, indices)
      ir.scatter(ir.broadcast(bits, lanes), addresses, mask: activeMask(mask), alignment: bytes)
    }
  }

  /// The bits of elements that lie within one vector of each other: one read of the stretch from the first to the last of
  /// them, put in order. Nil where the stretch is longer or the target can't read a part of a vector.
  private func window(
    _ buffer: BufferID, _ base: IRValue, _ offset: Int, _ distances: [Int]
  ) -> IRValue? {
    let type = kernel[buffer].elementType
    let lanes = distances.count
    guard let first = distances.min(), let last = distances.max(), last - first < lanes else { return nil }
    let vector = ir.vector(ir.memoryType(of: type), lanes)
    let address = address(buffer, base, offset + first)
    let bits: IRValue
    if last - first == lanes - 1 {
      bits = ir.load(vector, address, alignment: type.byteCount)
    } else {
      guard ir.target.hasMaskedMemory(elementByteCount: type.byteCount) else { return nil }
      let mask = ir.constantVector((0..<lanes).map { ir.int($0 <= last - first ? 1 : 0, ir.i1) })
      bits = ir.maskedLoad(vector, address, mask: mask, alignment: type.byteCount)
    }
    return ir.shuffle(bits, ir.undefined(vector), distances.map { $0 - first })
  }

  /// Asks for the cache line of an element.
  func prefetch(_ buffer: BufferID, _ index: Index) {
    guard case .uniform(let base, let offset) = index else { return }
    let element = ir.memoryType(of: kernel[buffer].elementType)
    ir.prefetch(memory[buffer.index], element, ir.add(base, ir.int(offset)))
  }

  private func address(_ buffer: BufferID, _ base: IRValue, _ offset: Int) -> IRValue {
    let element = ir.memoryType(of: kernel[buffer].elementType)
    let start = memory[buffer.index]
    let address = ir.constantInteger(base) == 0 ? start : ir.address(start, element, base)
    return offset == 0 ? address : ir.address(address, element, ir.int(offset))
  }

  private func isLocal(_ buffer: BufferID) -> Bool { !kernel[buffer].space.isArgument }

  /// What lies at an address where a condition holds, and zero elsewhere.
  private func loadWhere(_ mask: IRValue, _ type: IRType, _ address: IRValue, alignment: Int) -> IRValue {
    ir.choose(mask, "load") {
      ir.load(type, address, alignment: alignment)
    } else: {
      ir.zero(type)
    }
  }

  /// The mask, where it is one for all lanes and the target would have to test it for each of them.
  private func branchMask(_ mask: IRValue?, elementByteCount: Int) -> IRValue? {
    guard let mask, vector?.mask == nil, !ir.isVector(mask),
      !ir.target.hasMaskedMemory(elementByteCount: elementByteCount)
    else { return nil }
    return mask
  }

  /// The lanes that run and for which `mask` is true.
  private func activeMask(_ mask: IRValue?) -> IRValue {
    let lanes = vector?.lanes ?? 1
    switch (mask.map { ir.broadcast($0, lanes) }, vector?.mask) {
    case (nil, nil): return ir.fullMask(lanes)
    case (let mask?, nil), (nil, let mask?): return mask
    case (let a?, let b?): return ir.and(a, b)
    }
  }
}
