import CDLRuntime
import Testing

@Suite struct ChecksumTests {
  /// Known hashes, with less and more than the 32 bytes of a round.
  @Test(
    arguments: [
      ("", 0xef46_db37_51d8_e999), ("a", 0xd24e_c4f1_a98c_6e5b), ("abc", 0x44bc_2cf5_ad77_0999),
      ("Nobody inspects the spammish repetition", 0xfbce_a83c_8a37_8bf1),
    ] as [(String, UInt64)])
  func referenceVectors(text: String, hash: UInt64) {
    let bytes = Array(text.utf8)
    #expect(dlc_checksum(bytes, bytes.count) == hash)
  }

  /// Parts of any sizes give what the whole gives.
  @Test(arguments: 0..<200) func parts(size: Int) {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 37) }
    for part in [1, 3, 7, 31, 32, 33, 100] {
      var hasher = dlc_hasher()
      dlc_hasher_begin(&hasher)
      for start in stride(from: 0, to: size, by: part) {
        let piece = Array(bytes[start..<min(start + part, size)])
        dlc_hasher_update(&hasher, piece, piece.count)
      }
      #expect(dlc_hasher_end(&hasher) == dlc_checksum(bytes, size))
    }
  }

  /// Every bit counts, in every part of the algorithm: rounds, words of 8 and 4 bytes, single bytes.
  @Test func everyBitCounts() {
    var bytes = (0..<79).map { UInt8($0) }
    let hash = dlc_checksum(bytes, bytes.count)
    for bit in 0..<(8 * bytes.count) {
      bytes[bit / 8] ^= 1 << (bit % 8)
      #expect(dlc_checksum(bytes, bytes.count) != hash)
      bytes[bit / 8] ^= 1 << (bit % 8)
    }
    #expect(dlc_checksum(bytes, bytes.count) == hash)
  }
}
