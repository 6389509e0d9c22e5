import DLFormats
import DLGraph
import Testing

@Suite struct SafetensorsTests {
  @Test func whatIsWrittenReadsEqual() throws {
    try withTemporaryFolder { folder in
      let entries = sampleEntries()
      let path = "\(folder)/model.safetensors"
      try TensorFile.write(entries, to: path, metadata: ["format": "pt", "note \"1\"": "a\nb"])
      let file = try TensorFile.open(path)
      #expect(file.entries.count == entries.count)
      for entry in entries { #expect(file[entry.name] == entry.literal) }
      #expect(file.metadata == ["format": "pt", "note \"1\"": "a\nb"])
      #expect(file["absent"] == nil)
    }
  }

  @Test func unalignedDataIsRead() throws {
    let header = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    for padding in 0..<8 {
      let bytes = safetensors(header + String(repeating: " ", count: padding), data: [0, 0, 0x80, 0x3F])
      #expect(try open(bytes)["a"]?.elements(as: Float.self) == [1])
    }
  }

  @Test(arguments: [
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4,
      "a: the shape [2] of f32 needs 8 bytes, but the file gives it 4"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 2,
      "a: the data ends at byte 4, but the file has 2 bytes of data"
    ),
    (
      #"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#, 1,
      "a: the element type F8_E4M3 is not supported"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#,
      1, "b: the data at byte 0 overlaps the tensor before it, which ends at byte 1"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2,
      "a: the data at byte 1 leaves a gap after byte 0"
    ),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 3, "2 bytes follow the last tensor"),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}"#, 1,
      "a: data_offsets must be two ascending integers, found [1, 0]"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}"#, 0,
      "a: the size of the shape [4294967296, 4294967296, 0] overflows"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}"#, 0,
      "a: shape must hold non-negative 64-bit integers"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}"#, 1,
      "a: shape must hold non-negative 64-bit integers"
    ),
    (#"{"a":{"shape":[1],"data_offsets":[0,1]}}"#, 1, "a: dtype is missing"),
    (
      #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#,
      0,
      "JSON error at byte 56: the name 'a' occurs twice"
    ),
    (#"{"a":1}"#, 0, "a: the description must be an object, found a number"),
    (#"{"__metadata__":{"a":1}}"#, 0, "__metadata__ must be a string, found a number"),
    (#" {}"#, 0, "the header must begin with '{'"),
    (#"{} x"#, 0, "JSON error at byte 3: something follows the value"),
    (#"{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}"#, -1, "a: a bool is 0 or 1, found 255"),
  ]) func malformedFilesAreNamed(header: String, dataSize: Int, message: String) throws {
    let data = dataSize < 0 ? [255] : [UInt8](repeating: 0, count: dataSize)
    #expect(try rejection(safetensors(header, data: data)) == message)
  }

  @Test func shortFilesAreNamed() throws {
    #expect(try rejection([1, 2]) == "a safetensors file has at least 8 bytes, this one has 2")
    let message =
      "not a safetensors file, or cut off: the header takes 18446744073709551615 bytes, but 0 follow"
    #expect(try rejection([UInt8](repeating: 255, count: 8)) == message)
    let nested = String(repeating: "{\"a\":", count: 1000)
    #expect(try rejection(safetensors(nested)) == "JSON error at byte 160: nested deeper than 32")
  }

  @Test func errorsNameTheFile() throws {
    let missing = #expect(throws: FormatError.self) { try TensorFile.open("/no/such.safetensors") }
    #expect(missing?.description == "cannot read '/no/such.safetensors': No such file or directory")
    let folder = #expect(throws: FormatError.self) { try TensorFile.open("/") }
    #expect(folder?.description == "cannot read '/': it is not a regular file")
  }

  @Test func duplicateNamesAreNotWritten() throws {
    let literal = Literal(.u8, shape: [1], elements: [UInt8(1)])
    let entry = TensorFile.Entry(name: "a", literal: literal)
    try withTemporaryFolder { folder in
      let path = "\(folder)/x.safetensors"
      let error = #expect(throws: FormatError.self) { try TensorFile.write([entry, entry], to: path) }
      #expect(error?.description == "\(path): tensor 'a': the name occurs twice")
    }
  }

  @Test func shardsAreJoined() throws {
    try withTemporaryFolder { folder in
      let entries = sampleEntries()
      for (index, half) in [entries.prefix(9), entries.dropFirst(9)].enumerated() {
        try TensorFile.write(Array(half), to: "\(folder)/part\(index).safetensors")
      }
      let places = entries.enumerated().map { "\"\($1.name)\": \"part\($0 < 9 ? 0 : 1).safetensors\"" }
      let index = "\(folder)/model.safetensors.index.json"
      try AtomicFile.write("{\"weight_map\": {\(places.joined(separator: ","))}}", to: index)
      let file = try TensorFile.open(index)
      for entry in entries { #expect(file[entry.name] == entry.literal) }

      try AtomicFile.write(#"{"weight_map": {"x": "part0.safetensors"}}"#, to: index)
      let absent = #expect(throws: FormatError.self) { try TensorFile.open(index) }
      #expect(absent?.message == "the index places it in 'part0.safetensors', where it is not")
      try AtomicFile.write(#"{"weight_map": {"x": "../part0.safetensors"}}"#, to: index)
      let outside = #expect(throws: FormatError.self) { try TensorFile.open(index) }
      #expect(
        outside?.message == "'../part0.safetensors' is not the name of a file in the folder of the index")
    }
  }
}
