internal import CLLVM
import DLLoops

#if canImport(Glibc)
  import Glibc
#else
  import Musl
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
      "sse", "ssse3", "avx", "fma", "f16c", "bmi", "lzcnt", "popcnt", "evex512", "gfni", "movbe", "crc32",
      "cmov", "cx8", "fxsr", "mmx", "64bit", "x87", "neon", "dotprod", "fullfp16", "bf16", "i8mm", "fp-armv8",
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
    var sizes: [Int] = []
    for index in 0..<8 {
      let folder = "/sys/devices/system/cpu/cpu0/cache/index\(index)/"
      guard let kind = firstLine(of: folder + "type"), let size = firstLine(of: folder + "size") else {
        break
      }
      guard kind != "Instruction", let kibibytes = Int(size.prefix { $0.isNumber }) else { continue }
      sizes.append(size.hasSuffix("M") ? kibibytes << 20 : kibibytes << 10)
    }
    return sizes.isEmpty ? [32 << 10, 1 << 20, 16 << 20] : sizes
  }

  private static func firstLine(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 128)
    guard fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
    return String(
      decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
