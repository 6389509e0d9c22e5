internal import CLLVM
import DLGraph
import DLLoops

extension IRBuilder {
  /// `sum` and the products of the elements of two words, in each lane.
  func dotProduct(_ kind: DotProduct, _ a: IRValue, _ b: IRValue, _ sum: IRValue) -> IRValue {
    let lanes = max(self.lanes(a), self.lanes(b), self.lanes(sum))
    let (a, b, sum) = (broadcast(a, lanes), broadcast(b, lanes), broadcast(sum, lanes))
    switch kind {
    case .bytes: return byteProducts(a, b, sum, lanes)
    case .boundedBytes: return boundedByteProducts(a, b, sum, lanes)
    case .bfloats: return bfloatProducts(a, b, sum, lanes)
    }
  }

  // MARK: Bytes

  private func byteProducts(_ a: IRValue, _ b: IRValue, _ sum: IRValue, _ lanes: Int) -> IRValue {
    if target.isX86, let bits = vectorBits(lanes) {
      if has("avx512vnni") && (bits == 512 || has("avx512vl")) || has("avxvnni") && bits < 512 {
        return intrinsic("llvm.x86.avx512.vpdpbusd.\(bits)", types: [], [sum, a, b])
      }
      if let pairs = pairProducts(bits) { return byteProducts(a, b, sum, by: pairs.words) }
    }
    if !target.isX86, lanes == 4 {
      if has("i8mm") { return neonProduct("usdot", sum, a, b) }
      if has("dotprod") { return shiftedProducts(a, b, sum) }
    }
    return (0..<4).reduce(sum) { add($0, multiply(unsignedByte(a, $1), signedByte(b, $1))) }
  }

  /// Two instructions instead of four with conversions: the first adds two products in 16 bits, which it would saturate.
  private func boundedByteProducts(_ a: IRValue, _ b: IRValue, _ sum: IRValue, _ lanes: Int) -> IRValue {
    guard target.prefersBoundedBytes, let bits = vectorBits(lanes), let pairs = pairProducts(bits) else {
      return byteProducts(a, b, sum, lanes)
    }
    let bytes = [a, b].map { LLVMBuildBitCast(builder, $0, vector(i8, 4 * lanes), "")! }
    let words = intrinsic(pairs.bytes, types: [], bytes)
    return add(sum, intrinsic(pairs.words, types: [], [words, halves(int(0x0001_0001, like: a))]))
  }

  private func vectorBits(_ lanes: Int) -> Int? { [4, 8, 16].contains(lanes) ? lanes * 32 : nil }

  /// The instructions that add the products of two neighbours of 16 bits, and of two bytes in 16 bits, where the target
  /// has them. The one for 128 bits of bytes is that of SSSE3.
  private func pairProducts(_ bits: Int) -> (words: String, bytes: String)? {
    switch bits {
    case 512: has("avx512bw") ? ("llvm.x86.avx512.pmaddw.d.512", "llvm.x86.avx512.pmaddubs.w.512") : nil
    case 256: has("avx2") ? ("llvm.x86.avx2.pmadd.wd", "llvm.x86.avx2.pmadd.ub.sw") : nil
    default: has("sse2") ? ("llvm.x86.sse2.pmadd.wd", "llvm.x86.ssse3.pmadd.ub.sw.128") : nil
    }
  }

  /// The bytes at even places and those at odd ones as 16 bits each: unlike products of bytes summed in 16 bits, nothing
  /// can overflow.
  private func byteProducts(_ a: IRValue, _ b: IRValue, _ sum: IRValue, by pairs: String) -> IRValue {
    let mask = int(0x00ff_00ff, like: a)
    let even = (halves(and(a, mask)), shiftRightArithmetic(shiftLeft(halves(b), 8), 8))
    let odd = (halves(and(shiftRightLogical(a, 8), mask)), shiftRightArithmetic(halves(b), 8))
    let products = [even, odd].map { intrinsic(pairs, types: [], [$0.0, $0.1]) }
    return add(sum, add(products[0], products[1]))
  }

  /// Each lane of 32 bits as two of 16.
  private func halves(_ a: IRValue) -> IRValue {
    LLVMBuildBitCast(builder, a, vector(i16, 2 * lanes(a)), "")
  }

  private func unsignedByte(_ a: IRValue, _ place: Int) -> IRValue {
    and(shiftRightLogical(a, 8 * place), int(255, like: a))
  }

  private func signedByte(_ a: IRValue, _ place: Int) -> IRValue {
    shiftRightArithmetic(shiftLeft(a, 24 - 8 * place), 24)
  }

  private func neonProduct(_ name: String, _ sum: IRValue, _ a: IRValue, _ b: IRValue) -> IRValue {
    let bytes = vector(i8, 16)
    let operands = [a, b].map { LLVMBuildBitCast(builder, $0, bytes, "")! }
    return intrinsic("llvm.aarch64.neon.\(name)", types: [type(of: sum), bytes], [sum] + operands)
  }

  /// Signed products of `a - 128`, and 128 times the right bytes in two steps, because 128 is no signed byte.
  private func shiftedProducts(_ a: IRValue, _ b: IRValue, _ sum: IRValue) -> IRValue {
    let shifted = xor(a, int(0x8080_8080, like: a))
    let half = int(0x4040_4040, like: a)
    let rest = neonProduct("sdot", neonProduct("sdot", int(0, like: sum), half, b), half, b)
    return add(neonProduct("sdot", sum, shifted, b), rest)
  }

  // MARK: bf16

  private func bfloatProducts(_ a: IRValue, _ b: IRValue, _ sum: IRValue, _ lanes: Int) -> IRValue {
    if has("avx512bf16"), let bits = vectorBits(lanes), bits == 512 || has("avx512vl") {
      let pairs = vector(LLVMBFloatTypeInContext(context), 2 * lanes)
      let operands = [a, b].map { LLVMBuildBitCast(builder, $0, pairs, "")! }
      return intrinsic("llvm.x86.avx512bf16.dpbf16ps.\(bits)", types: [], [sum] + operands)
    }
    let upper = int(0xffff_0000, like: a)
    let high = multiplyAdd(bitcast(and(a, upper), f32), bitcast(and(b, upper), f32), sum)
    return multiplyAdd(bitcast(shiftLeft(a, 16), f32), bitcast(shiftLeft(b, 16), f32), high)
  }
}
