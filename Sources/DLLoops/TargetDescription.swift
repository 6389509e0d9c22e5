import DLGraph

/// What the schedules and the code generator know of a machine.
public struct TargetDescription: Hashable, Sendable {
  /// LLVM's target triple, for example `x86_64-unknown-linux-gnu`.
  public var triple: String
  /// LLVM's name of the CPU.
  public var cpu: String
  /// Every feature that is on, by LLVM's names, in ascending order. It is complete: a CPU name alone could switch on
  /// instructions that a virtual machine masks.
  public var features: [String]
  /// The width of a vector register, in bytes.
  public var vectorByteCount: Int
  /// The number of vector registers.
  public var vectorRegisterCount: Int
  /// The sizes of the data caches of one core, in bytes, first level first.
  public var cacheByteCounts: [Int]

  public init(
    triple: String, cpu: String, features: [String], vectorByteCount: Int, vectorRegisterCount: Int,
    cacheByteCounts: [Int]
  ) {
    self.triple = triple
    self.cpu = cpu
    self.features = features
    self.vectorByteCount = vectorByteCount
    self.vectorRegisterCount = vectorRegisterCount
    self.cacheByteCounts = cacheByteCounts
  }

  /// Whether products of bytes are faster where the sums of two of them stay within 16 bits: x86 has an instruction for
  /// these, but before VNNI none for all four products of a word.
  public var prefersBoundedBytes: Bool {
    let has = Set(features)
    return has.contains("ssse3") && has.isDisjoint(with: ["avx512vnni", "avxvnni"])
  }

  /// The number of elements of a type in one vector register.
  public func lanes(of type: ElementType) -> Int { vectorByteCount / type.byteCount }
}
