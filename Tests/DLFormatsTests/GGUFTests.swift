import DLFormats
import DLGraph
import DLTestSupport
import Foundation
import Testing

/// GGUF files, against what the `gguf` package decodes.
@Suite struct GGUFTests {
  private static let folder = packageFolder.appending(path: "Tests/Reference/quantized")

  @Test(arguments: BlockEncoding.allCases) func blocksDecode(encoding: BlockEncoding) throws {
    let file = try TensorFile.open(Self.folder.appending(path: "blocks.gguf").path)
    let expected = try TensorFile.open(Self.folder.appending(path: "blocks.safetensors").path)
    let entry = try #require(file.entries.first { $0.name == encoding.rawValue })
    #expect(entry.encoding == encoding)
    #expect(entry.type == TensorType(.f32, [3, 512]))
    #expect(entry.decoded == expected[encoding.rawValue])
  }

  @Test func notesAndPlainTensorsAreRead() throws {
    let file = try TensorFile.open(Self.folder.appending(path: "llama.gguf").path)
    #expect(file.metadata["general.architecture"] == "llama")
    #expect(file["output_norm.weight"]?.type == TensorType(.f32, [64]))
    #expect(file["blk.1.attn_output.weight"]?.type == TensorType(.f16, [64, 64]))
    #expect(file["blk.0.ffn_down.weight"]?.type == TensorType(.u8, [64, 3, 18]))
  }

  /// A file with one tensor.
  private func file(
    version: UInt32 = 3, type: UInt32 = 0, shape: [UInt64] = [2], offset: UInt64 = 0, data: Int = 8,
    notes: [(String, UInt32, [UInt8])] = []
  ) -> [UInt8] {
    func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian, Array.init)
    }
    func text(_ text: String) -> [UInt8] { bytes(UInt64(text.utf8.count)) + Array(text.utf8) }
    var result = Array("GGUF".utf8) + bytes(version) + bytes(UInt64(1)) + bytes(UInt64(notes.count))
    for (name, type, value) in notes { result += text(name) + bytes(type) + value }
    result +=
      text("a") + bytes(UInt32(shape.count)) + shape.flatMap { bytes($0) } + bytes(type) + bytes(offset)
    while result.count % 32 != 0 { result.append(0) }
    return result + [UInt8](repeating: 0, count: data)
  }

  private func message(_ bytes: [UInt8]) throws -> String {
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.gguf"
      try AtomicFile.write(bytes, to: path)
      do {
        _ = try TensorFile.open(path)
        return ""
      } catch { return "\(error)".replacingOccurrences(of: "\(path): ", with: "") }
    }
  }

  @Test func mistakesAreNamed() throws {
    #expect(try message(file()) == "")
    #expect(try message(file(version: 1)) == "version 1 of GGUF is not supported")
    #expect(try message(file(type: 12)) == "tensor 'a': the type 12 Q4_K is not supported")
    #expect(
      try message(file(type: 2, shape: [33]))
        == "tensor 'a': rows of the shape [33] are not whole blocks of 32 in Q4_0")
    #expect(
      try message(file(data: 4))
        == "tensor 'a': its 8 bytes at 0 end beyond the file, which has 68 bytes")
    #expect(
      try message(file(offset: UInt64.max)).hasPrefix("tensor 'a': its 8 bytes at 18446744073709551615"))
    #expect(
      try message(file(shape: [1 << 40, 1 << 40])).hasSuffix(
        "the size of the shape [1099511627776, 1099511627776] overflows"))
    #expect(try message(Array(file().prefix(12))) == "cut off: the header ends after 12 bytes")
    #expect(
      try message(file(notes: [("general.alignment", 4, [0, 0, 0, 0])]))
        == "general.alignment must be a positive integer")
    #expect(try message(file(notes: [("x", 99, [])])) == "a note in the header has the unknown type 99")
    var long = Array(file().prefix(24))
    long[8] = 255
    long[15] = 255
    #expect(try message(long).hasSuffix("tensors, for which the file is too short"))
  }

  @Test func overlapsAreRefused() throws {
    var bytes = try Data(contentsOf: Self.folder.appending(path: "blocks.gguf"))
    // The offset of the second tensor, which stands after its name, two extents and its type.
    let name = try #require(bytes.range(of: Data("Q4_1".utf8)))
    let offset = name.upperBound + 4 + 2 * 8 + 4
    bytes.replaceSubrange(offset..<offset + 8, with: [UInt8](repeating: 0, count: 8))
    #expect(try message(Array(bytes)).contains("overlaps the tensor"))
  }
}
