import DLLoops

extension TargetDescription {
  /// A target by the name of its CPU: `host`, a level of x86-64, or one of LLVM's names from the table here.
  ///
  /// - Returns: nil where the name is not known.
  public static func named(_ name: String) -> TargetDescription? {
    if name == "host" || name == "native" { return host }
    guard let machine = machines.first(where: { $0.name == name }) else { return nil }
    var target = TargetDescription(
      triple: machine.triple, cpu: machine.name.hasPrefix("aarch64") ? "generic" : machine.name,
      features: machine.features.sorted(), vectorByteCount: 16, vectorRegisterCount: 16,
      cacheByteCounts: machine.caches)
    target.deriveVectors()
    return target
  }

  /// The names that `named` knows, besides `host`.
  public static var names: [String] { machines.map(\.name) }

  private struct Machine {
    var name: String
    var triple = "x86_64-unknown-linux-gnu"
    var features: [String]
    var caches = [32 << 10, 1 << 20, 16 << 20]
  }

  private static let machines: [Machine] = [
    Machine(name: "x86-64", features: level1, caches: [32 << 10, 256 << 10, 8 << 20]),
    Machine(name: "x86-64-v2", features: level2, caches: [32 << 10, 256 << 10, 8 << 20]),
    Machine(name: "x86-64-v3", features: level3, caches: [32 << 10, 512 << 10, 8 << 20]),
    Machine(name: "x86-64-v4", features: level4),
    Machine(name: "haswell", features: level3, caches: [32 << 10, 256 << 10, 8 << 20]),
    Machine(name: "skylake-avx512", features: level4),
    Machine(name: "cascadelake", features: level4 + ["avx512vnni"]),
    Machine(
      name: "icelake-server", features: level4 + integerDot, caches: [48 << 10, 1280 << 10, 24 << 20]),
    Machine(
      name: "sapphirerapids", features: level4 + integerDot + ["avx512bf16", "avxvnni"],
      caches: [48 << 10, 2 << 20, 32 << 20]),
    Machine(name: "znver3", features: level3, caches: [32 << 10, 512 << 10, 32 << 20]),
    Machine(
      name: "znver4", features: level4 + integerDot + ["avx512bf16"], caches: [32 << 10, 1 << 20, 32 << 20]),
    Machine(
      name: "znver5", features: level4 + integerDot + ["avx512bf16", "avxvnni"],
      caches: [48 << 10, 1 << 20, 32 << 20]),
    Machine(
      name: "aarch64", triple: "aarch64-unknown-linux-gnu", features: ["fp-armv8", "neon"],
      caches: [64 << 10, 1 << 20, 8 << 20]),
    Machine(
      name: "aarch64-v8.2", triple: "aarch64-unknown-linux-gnu",
      features: ["dotprod", "fp-armv8", "fullfp16", "neon"],
      caches: [64 << 10, 1 << 20, 8 << 20]),
  ]

  // The levels of the x86-64 psABI.
  private static let level1 = ["64bit", "cmov", "cx8", "fxsr", "mmx", "sse", "sse2", "x87"]
  private static let level2 =
    level1 + ["crc32", "cx16", "popcnt", "sahf", "sse3", "sse4.1", "sse4.2", "ssse3"]
  private static let level3 =
    level2 + ["avx", "avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe", "xsave"]
  private static let level4 =
    level3 + ["avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl", "evex512"]
  private static let integerDot = [
    "avx512vnni", "avx512vbmi", "avx512vbmi2", "avx512bitalg", "avx512vpopcntdq",
  ]
}
