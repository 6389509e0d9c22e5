import DLLoops

extension TargetDescription {
  /// The CPU whose features every machine of the architecture has; all others are listed one by one.
  var baselineCPU: String { isX86 ? "x86-64" : "generic" }

  /// The features in LLVM's notation.
  var featureString: String { features.map { "+" + $0 }.joined(separator: ",") }

  var isX86: Bool { triple.hasPrefix("x86_64") }

  /// True where elements of a size can be read and written under a mask in one instruction.
  func hasMaskedMemory(elementByteCount: Int) -> Bool {
    if features.contains("avx512bw") && features.contains("avx512vl") { return true }
    return features.contains("avx2") && elementByteCount >= 4
  }
}
