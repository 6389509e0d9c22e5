internal import CLLVM
import DLLoops

#if canImport(Glibc)
  import Glibc
#endif

extension TargetDescription {
  /// The machine this runs on, with the features that are really there.
  public static let host: TargetDescription = {
    let triple = takeMessage(LLVMGetDefaultTargetTriple())
    let cpu = takeMessage(LLVMGetHostCPUName())
    let features = takeMessage(LLVMGetHostCPUFeatures()).split(separator: ",")
      .filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) }
    var target = TargetDescription(
      triple: normalized(triple), cpu: cpu, features: features.filter(isUseful).sorted(), vectorByteCount: 16,
      vectorRegisterCount: 16, cacheByteCounts: hostCaches())
    target.deriveVectors()
    return target
  }()

  /// Debian's LLVM calls itself `x86_64-pc-linux-gnu`; the vendor says nothing.
  private static func normalized(_ triple: String) -> String {
    var parts = triple.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 4 { parts[1] = "unknown" }
    return parts.joined(separator: "-")
  }

  /// Whether a feature may change the code of a kernel. The others would only tie a model to machines of one kind.
  private static func isUseful(_ feature: String) -> Bool {
    let useful = [
      "sse", "avx", "fma", "f16c", "bmi", "lzcnt", "popcnt", "evex512", "gfni", "movbe", "neon", "dotprod",
      "fullfp16",
      "bf16", "i8mm", "fp-armv8", "crc32", "cmov", "cx8", "fxsr", "mmx", "64bit", "x87",
    ]
    return useful.contains { feature.hasPrefix($0) } && !feature.hasPrefix("sse4a")
  }

  /// Sets the width and number of the vector registers from the features.
  mutating func deriveVectors() {
    let has = Set(features)
    if triple.hasPrefix("aarch64") {
      (vectorByteCount, vectorRegisterCount) = (16, 32)
    } else if has.isSuperset(of: ["avx512f", "avx512bw", "avx512dq", "avx512vl"]) {
      (vectorByteCount, vectorRegisterCount) = (64, 32)
    } else {
      (vectorByteCount, vectorRegisterCount) = (has.contains("avx2") ? 32 : 16, 16)
    }
  }

  /// The data caches of the first core, from the system's tables; common sizes where there are none.
  private static func hostCaches() -> [Int] {
    #if canImport(Glibc)
      let names = [_SC_LEVEL1_DCACHE_SIZE, _SC_LEVEL2_CACHE_SIZE, _SC_LEVEL3_CACHE_SIZE]
      let sizes = names.map { Int(sysconf(Int32($0))) }.filter { $0 > 0 }
      if !sizes.isEmpty { return sizes }
    #endif
    return [32 << 10, 1 << 20, 16 << 20]
  }
}
