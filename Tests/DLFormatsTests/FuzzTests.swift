import DLFormats
import DLGraph
import DLTestSupport
import Foundation
import Testing

/// Damaged files are refused or read; never do they crash the reader or give it bytes that are not there.
///
/// `DLC_FUZZ_SECONDS` sets how long each format is tried beyond its fixed number of attempts.
@Suite struct FuzzTests {
  @Test(arguments: ["safetensors", "npz"]) func damagedFilesAreHarmless(format: String) throws {
    try fuzz(format) { path in
      let entries = sampleEntries(without: [.bf16]).filter { $0.literal.count < 6 }
      try TensorFile.write(entries, to: path, metadata: format == "npz" ? [:] : ["a": "b"])
    }
  }

  @Test(arguments: ["f4.npy", "big_endian_fortran.npy", "deflated.npz", "stored.npz", "wide.npz"])
  func damagedFilesOfNumPyAreHarmless(name: String) throws {
    try fuzz(String(name.suffix(3))) { path in
      try FileManager.default.copyItem(atPath: resource(name), toPath: path)
    }
  }

  @Test(arguments: ["blocks.gguf", "llama.gguf"]) func damagedFilesOfLlamaAreHarmless(name: String) throws {
    try fuzz("gguf") { path in
      // The header and what of the data is left behind it: most of the damage then hits the header.
      let source = packageFolder.appending(path: "Tests/Reference/quantized/\(name)")
      try AtomicFile.write(Array(Data(contentsOf: source).prefix(6000)), to: path)
    }
  }

  private func fuzz(_ format: String, _ writeSeed: (String) throws -> Void) throws {
    let seconds = ProcessInfo.processInfo.environment["DLC_FUZZ_SECONDS"].flatMap(Double.init) ?? 0
    let deadline = Date(timeIntervalSinceNow: seconds)
    try withTemporaryFolder { folder in
      let path = "\(folder)/seed.\(format)"
      try writeSeed(path)
      let seed = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      var random = SplitMix(state: 1)
      var attempt = 0
      while attempt < 2000 || Date() < deadline {
        attempt += 1
        let damaged = mutate(seed, &random)
        // A new file each time: the old one may still be mapped.
        try AtomicFile.write(damaged, to: path)
        guard let file = try? TensorFile.open(path) else { continue }
        for entry in file.entries {
          #expect(entry.literal.byteCount == entry.literal.storage.bytes.count)
          // Touches every byte.
          var sum = 0
          entry.literal.withUnsafeBytes { for byte in $0 { sum &+= Int(byte) } }
          #expect(entry.literal.elementType != .bool || sum <= entry.literal.count)
          if entry.encoding != nil { #expect(entry.decoded.type == entry.type) }
        }
      }
    }
  }

  /// A copy with a few bytes changed, a part repeated or removed, or a number made extreme.
  private func mutate(_ seed: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = seed
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      guard !bytes.isEmpty else { break }
      let position = Int.random(in: bytes.indices, using: &random)
      let end = min(bytes.count, position + Int.random(in: 1...16, using: &random))
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[position] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.removeSubrange(position..<end)
      case 3: bytes.insert(contentsOf: Array(bytes[position..<end]), at: position)
      case 4: for index in position..<end { bytes[index] = 0xFF }
      default:
        if (0x30...0x39).contains(bytes[position]) {
          bytes.insert(contentsOf: [UInt8](repeating: 0x39, count: end - position), at: position)
        } else {
          bytes.removeLast(min(bytes.count, end - position))
        }
      }
    }
    return bytes
  }
}

/// A small generator of reproducible random numbers.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
