import DLFormats
import DLGraph
import Foundation
import Testing

@Suite struct NumPyTests {
  private func literal(_ name: String) throws -> Literal {
    try #require(try TensorFile.open(resource("\(name).npy"))[name])
  }

  @Test func filesOfNumPyAreRead() throws {
    #expect(try literal("f4") == Literal(.f32, shape: [2, 3], elements: (0..<6).map(Float.init)))
    #expect(try literal("f8") == Literal(.f64, shape: [3], elements: (0..<3).map(Double.init)))
    #expect(
      try literal("f2") == Literal(.f16, shape: [4], elements: [0, 0x3C00, 0x4000, 0x4200] as [UInt16]))
    #expect(try literal("i8") == Literal(.i64, shape: [2, 2], elements: [0, 1, 2, 3] as [Int64]))
    #expect(try literal("u1") == Literal(.u8, shape: [5], elements: [0, 1, 2, 3, 4] as [UInt8]))
    #expect(try literal("b1") == Literal(.bool, shape: [2], elements: [0, 1] as [UInt8]))
    #expect(try literal("scalar") == Literal(.i32, shape: [], elements: [0] as [Int32]))
    #expect(try literal("empty") == Literal(.f32, shape: [0, 3], elements: [] as [Float]))
    #expect(try literal("version2") == Literal(.f32, shape: [2, 2], elements: (0..<4).map(Float.init)))
  }

  @Test func otherOrdersAreConverted() throws {
    #expect(try literal("big_endian") == Literal(.i32, shape: [2, 3], elements: (0..<6).map(Int32.init)))
    #expect(try literal("fortran") == Literal(.f32, shape: [2, 3, 4], elements: (0..<24).map(Float.init)))
    #expect(
      try literal("big_endian_fortran") == Literal(.i16, shape: [3, 2], elements: (0..<6).map(Int16.init)))
  }

  @Test func unsupportedTypesAreNamed() throws {
    let error = #expect(throws: FormatError.self) { try literal("unsupported") }
    #expect(error?.message == "the element type '<c8' is not supported")
  }

  @Test(arguments: ["stored", "deflated", "wide"]) func archivesOfNumPyAreRead(name: String) throws {
    let file = try TensorFile.open(resource("\(name).npz"))
    #expect(file["a"] == Literal(.f32, shape: [16, 16], elements: (0..<256).map(Float.init)))
    #expect(file["b.weight"] == Literal(.i64, shape: [3], elements: [0, 1, 2] as [Int64]))
    if name == "deflated" { #expect(file["zeros"] == Literal(.f32, shape: [100, 100]) { _ in }) }
  }

  @Test func wideEndRecordsAreRead() throws {
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: resource("wide.npz"))))
    // The offset of the directory: all ones send the reader to the 64-bit end record.
    for index in bytes.count - 6..<bytes.count - 2 { bytes[index] = 0xFF }
    #expect(try open(bytes, "x.npz").entries == TensorFile.open(resource("wide.npz")).entries)
    bytes[bytes.count - 22 - 20] = 0
    #expect(try rejection(bytes, "x.npz") == "the zip archive has no 64-bit end record")
  }

  @Test func whatIsWrittenReadsEqual() throws {
    try withTemporaryFolder { folder in
      let entries = sampleEntries(without: [.bf16])
      try TensorFile.write(entries, to: "\(folder)/x.npz")
      #expect(try TensorFile.open("\(folder)/x.npz").entries == entries)
      for entry in entries {
        try TensorFile.write([entry], to: "\(folder)/x.npy")
        #expect(try TensorFile.open("\(folder)/x.npy")["x"] == entry.literal)
      }
    }
  }

  @Test func whatNumPyCannotHoldIsNamed() throws {
    try withTemporaryFolder { folder in
      let literal = Literal(.bf16, shape: [1], elements: [UInt16(0)])
      let path = "\(folder)/x.npz"
      let entry = TensorFile.Entry(name: "a", literal: literal)
      let error = #expect(throws: FormatError.self) { try TensorFile.write([entry], to: path) }
      #expect(error?.message == "NumPy has no bf16: convert to f32 or use safetensors")
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }

  @Test func damageIsFound() throws {
    let path = resource("stored.npz")
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    bytes[300] ^= 1
    #expect(try rejection(bytes, "x.npz") == "a: the content is damaged: its CRC-32 is wrong")
    #expect(try rejection(bytes.dropLast(), "x.npz") == "the zip archive is cut off: it has no end record")
    let array = Array(try Data(contentsOf: URL(fileURLWithPath: resource("f4.npy"))))
    #expect(
      try rejection(array + [0], "x.npy")
        == "the shape [2, 3] of f32 needs 24 bytes, but the file gives it 25")
  }

  @Test func numPyReadsWhatIsWritten() throws {
    try withTemporaryFolder { folder in
      let entries = sampleEntries(without: [.bf16])
      try TensorFile.write(entries, to: "\(folder)/ours.npz")
      let script = """
        import sys
        try: import numpy
        except ImportError: sys.exit(3)
        arrays = numpy.load(sys.argv[1])
        numpy.savez_compressed(sys.argv[2], **{name: arrays[name] for name in arrays.files})
        """
      let python = Process()
      python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      python.arguments = ["python3", "-c", script, "\(folder)/ours.npz", "\(folder)/theirs.npz"]
      try python.run()
      python.waitUntilExit()
      // Without Python or NumPy there is nothing to compare with.
      if python.terminationStatus == 3 || python.terminationStatus == 127 { return }
      #expect(python.terminationStatus == 0)
      #expect(try TensorFile.open("\(folder)/theirs.npz").entries == entries)
    }
  }
}
