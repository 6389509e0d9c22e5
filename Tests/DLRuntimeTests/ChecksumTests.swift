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
