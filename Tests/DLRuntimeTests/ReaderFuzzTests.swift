import CDLProgram
import Foundation
import Testing

/// A small generator with a seed, so that a failure comes again.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ state >> 29) &* 0xbf58_476d_1ce4_e5b9
  }
}

/// Readers get valid files with a few bytes changed, cut or repeated: they must give a value or a message. How long
/// is set by `DLC_FUZZ_SECONDS`, for each format.
@Suite struct ReaderFuzzTests {
  private static let seconds =
    ProcessInfo.processInfo.environment["DLC_FUZZ_SECONDS"].flatMap(Double.init) ?? 0.5

  private func mutate(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes.removeSubrange(index...)
      case 1: bytes.insert(contentsOf: bytes[index...].prefix(8), at: index)
      case 2: bytes[index] ^= 1 << Int.random(in: 0..<8, using: &generator)
      case 3: bytes[index] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &generator) ?? 0
      case 4: bytes.remove(at: index)
      default: bytes[index] = UInt8.random(in: 0...255, using: &generator)
      }
    }
    return bytes
  }

  /// `read` returns the message of a failure.
  private func fuzz(_ samples: [[UInt8]], seed: UInt64, _ read: ([UInt8]) -> String?) {
    var generator = SeededGenerator(state: seed)
    let end = Date().addingTimeInterval(Self.seconds)
    for sample in samples { #expect(read(sample) == nil) }
    while Date() < end {
      for sample in samples { #expect(read(mutate(sample, &generator)) != "") }
    }
  }

  @Test func npy() { fuzz([Samples.npy(), Samples.npy(shape: "(6,)")], seed: 1) { readNPY($0).failure } }

  @Test func npz() { fuzz([Samples.npz], seed: 2) { readArchive($0, dlp_npz_read).failure } }

  @Test func safetensors() {
    let header =
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"\u00e9":{"dtype":"U8","shape":[],"data_offsets":[2,3]}}"#
    fuzz([Samples.safetensors(header, data: 3)], seed: 3) { readArchive($0, dlp_safetensors_read).failure }
  }

  @Test func images() {
    fuzz([Samples.png, Samples.palette], seed: 4) { readImage($0, dlp_png_read).failure }
    fuzz([Samples.ppm, Samples.pgm], seed: 5) { readImage($0, dlp_pnm_read).failure }
  }

  /// The bare compressed stream, without the checksums that stop most changes of a PNG image.
  @Test func compressedStreams() {
    let stream = Array(Samples.npz[55..<141])
    var generator = SeededGenerator(state: 7)
    let end = Date().addingTimeInterval(Self.seconds)
    var output = [UInt8](repeating: 0, count: 384)
    while Date() < end {
      let bytes = mutate(stream, &generator)
      var consumed = 0
      var error = dlp_error()
      let fine = bytes.withUnsafeBufferPointer {
        let input = dlp_bytes(start: $0.baseAddress, size: $0.count)
        return dlp_inflate(input, &output, output.count, &consumed, &error)
      }
      #expect(fine ? consumed <= bytes.count : text(of: error) != "")
    }
  }
}
