import CDLProgram
import CDLRuntime
import Foundation
import Testing

@Suite struct ReaderTests {
  @Test(arguments: [
    ("<f8", 48, DLC_F64), ("<f4", 24, DLC_F32), ("<f2", 12, DLC_F16), ("<V2", 12, DLC_BF16),
    ("<i8", 48, DLC_I64), ("<i4", 24, DLC_I32), ("<i2", 12, DLC_I16), ("|i1", 6, DLC_I8), ("|u1", 6, DLC_U8),
    ("|b1", 6, DLC_BOOL),
  ])
  func npyTypes(type: String, size: Int, expected: dlc_type) {
    let reading = readNPY(Samples.npy(type: type, data: size))
    #expect(reading.value?.type == Int32(expected.rawValue) && reading.value?.extents == [2, 3])
  }

  @Test func npyShapesAndVersions() {
    #expect(readNPY(Samples.npy(shape: "()", data: 4)).value?.extents == [])
    #expect(readNPY(Samples.npy(shape: "(6,)")).value?.extents == [6])
    #expect(readNPY(Samples.npy(shape: "(0, 4)", data: 0)).value?.extents == [0, 4])
    #expect(readNPY(Samples.npy(version: 2)).value?.extents == [2, 3])
  }

  @Test(arguments: [
    ([UInt8]("hello".utf8), "this is not a .npy file"),
    (Array(Samples.npy().prefix(20)), "the .npy file ends within its header"),
    (Samples.npy(version: 9), "the .npy file has an unknown version"),
    (Samples.npy(type: ">f4"), "elements of NumPy's type '>f4' are not supported"),
    (Samples.npy(order: "True"), "the array is in Fortran order: save numpy.ascontiguousarray of it"),
    (Samples.npy(data: 23), "the data of a tensor have 23 bytes, but its shape needs 24"),
    (Samples.npy(data: 25), "the data of a tensor have 25 bytes, but its shape needs 24"),
    (Samples.npy(shape: "(-2, 3)"), "the header of the .npy file is malformed"),
    (Samples.npy(shape: "(9223372036854775807, 9223372036854775807)"), "a tensor's shape is too large"),
    (Samples.npy(shape: "(99999999999999999999,)"), "the header of the .npy file is malformed"),
    (Samples.npy(shape: "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)"), "the array has more than 16 axes"),
    (
      Samples.npy(type: "|b1", data: 5) + [2],
      "a tensor of type bool has elements that are neither 0 nor 1"
    ),
  ])
  func badNPY(bytes: [UInt8], text: String) { #expect(readNPY(bytes).failure == text) }

  @Test func compressedArchive() {
    let array = readArchive(Samples.npz, dlp_npz_read).value?["x"]
    #expect(array?.extents == [8, 8] && array?.values == (0..<64).map { Double($0 % 5) })
  }

  @Test func damagedArchive() {
    var bytes = Samples.npz
    bytes[100] ^= 4
    #expect(readArchive(bytes, dlp_npz_read).failure?.hasPrefix("x: ") == true)
    #expect(
      readArchive(Array(Samples.npz.dropLast(4)), dlp_npz_read).failure
        == "this is not a ZIP file, or its end is missing")
  }

  @Test func safetensors() {
    let header = #"{"__metadata__":{"a":"b"},"\u00e9":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#
    let array = readArchive(Samples.safetensors(header, data: 3), dlp_safetensors_read).value?["é"]
    #expect(array == ReadArray(type: Int32(DLC_U8.rawValue), extents: [2], values: [1, 1]))
  }

  @Test(arguments: [
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#,
      "the data of a tensor lie outside the safetensors file"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#,
      "the tensors of the safetensors file overlap"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,3]}}"#,
      "the data of a tensor have 3 bytes, but its shape needs 4"
    ),
    (#"{"a":{"dtype":"F8","shape":[1],"data_offsets":[0,3]}}"#, "elements of type 'F8' are not supported"),
    (#"{"a":{"dtype":"U8","shape":[3]}}"#, "the header of the safetensors file is malformed"),
    (
      #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#,
      "there are two tensors named 'a'"
    ),
    (#"{"a":{}"#, "the header of the safetensors file is malformed"),
  ])
  func badSafetensors(header: String, text: String) {
    #expect(readArchive(Samples.safetensors(header, data: 3), dlp_safetensors_read).failure == text)
  }

  @Test(arguments: ["npy", "npz", "safetensors"]) func writtenFilesReadBack(format: String) throws {
    var value = dlp_array()
    var error = dlp_error()
    let data: [Float] = [1, -2, 3.5, 0, .infinity, 1e-20]
    #expect(dlp_array_copy(&value, Int32(DLC_F32.rawValue), 2, [2, 3], data, 24, &error))
    defer { dlp_array_destroy(&value) }
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).\(format)")
    defer { try? FileManager.default.removeItem(at: url) }
    let written = "a\"b".withCString { name in
      [name].withUnsafeBufferPointer { dlp_arrays_write(url.path, 1, $0.baseAddress, &value, &error) }
    }
    #expect(written, "\(text(of: error))")
    let bytes = try Array(Data(contentsOf: url))
    let read =
      switch format {
      case "npy": readNPY(bytes).value
      case "npz": readArchive(bytes, dlp_npz_read).value?["a\"b"]
      default: readArchive(bytes, dlp_safetensors_read).value?["a\"b"]
      }
    #expect(read == array(value))
  }

  @Test func halfPrecisionRoundTrips() {
    var value = dlp_array()
    var error = dlp_error()
    #expect(dlp_array_create(&value, Int32(DLC_F16.rawValue), 1, [1], &error))
    defer { dlp_array_destroy(&value) }
    for bits in UInt16.min...UInt16.max where !Float16(bitPattern: bits).isNaN {
      dlp_array_store(&value, 0, Double(Float16(bitPattern: bits)))
      let stored = value.data.load(as: UInt16.self)
      #expect(stored == bits)
      #expect(dlp_array_value(&value, 0) == Double(Float16(bitPattern: bits)))
    }
    for x in [1.00048828125, 65519.9, 65520, 3e-8, 2.98e-8, 0.1, -1e-5] {
      dlp_array_store(&value, 0, x)
      #expect(value.data.load(as: UInt16.self) == Float16(x).bitPattern)
    }
  }
}
