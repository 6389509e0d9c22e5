internal import CLLVM

extension IRBuilder {
  func load(_ type: IRType, _ address: IRValue, alignment: Int) -> IRValue {
    let load = LLVMBuildLoad2(builder, type, address, "")!
    LLVMSetAlignment(load, UInt32(alignment))
    return load
  }

  func store(_ value: IRValue, _ address: IRValue, alignment: Int) {
    LLVMSetAlignment(LLVMBuildStore(builder, value, address), UInt32(alignment))
  }

  /// The address of an element of an array at `base`; for a vector of indices, a vector of addresses.
  func address(_ base: IRValue, _ element: IRType, _ index: IRValue) -> IRValue {
    var index: IRValue? = index
    return LLVMBuildInBoundsGEP2(builder, element, base, &index, 1, "")
  }

  func maskedLoad(_ type: IRType, _ address: IRValue, mask: IRValue, alignment: Int) -> IRValue {
    intrinsic(
      "llvm.masked.load", types: [type, pointer], [address, int(alignment, i32), mask, zero(type)])
  }

  func maskedStore(_ value: IRValue, _ address: IRValue, mask: IRValue, alignment: Int) {
    _ = intrinsic(
      "llvm.masked.store", types: [type(of: value), pointer], [value, address, int(alignment, i32), mask])
  }

  /// Asks for the cache line of an element of an array at `base`, for reading, into the second-level cache. The element
  /// may lie outside.
  func prefetch(_ base: IRValue, _ element: IRType, _ index: IRValue) {
    var index: IRValue? = index
    let address = LLVMBuildGEP2(builder, element, base, &index, 1, "")!
    _ = intrinsic("llvm.prefetch", types: [pointer], [address, int(0, i32), int(2, i32), int(1, i32)])
  }

  /// Reads from a vector of addresses, where the mask allows.
  func gather(_ type: IRType, _ addresses: IRValue, mask: IRValue, alignment: Int) -> IRValue {
    intrinsic(
      "llvm.masked.gather", types: [type, self.type(of: addresses)],
      [addresses, int(alignment, i32), mask, zero(type)])
  }

  func scatter(_ value: IRValue, _ addresses: IRValue, mask: IRValue, alignment: Int) {
    _ = intrinsic(
      "llvm.masked.scatter", types: [type(of: value), type(of: addresses)],
      [value, addresses, int(alignment, i32), mask])
  }

  /// A mask of which all lanes are true.
  func fullMask(_ lanes: Int) -> IRValue { int(1, vector(i1, lanes)) }
}
