import DLGraph

extension Safetensors {
  static func read(_ file: MappedFile) throws(FormatError) -> TensorFile {
    let path = file.path
    let dataStart: Int
    let header: [(name: String, value: JSONValue)]
    var metadata: [String: String] = [:]
    do throws(ContentError) {
      dataStart = try headerEnd(file.bytes)
      let text = UnsafeRawBufferPointer(rebasing: file.bytes[8..<dataStart])
      guard text.first == UInt8(ascii: "{") else { throw ContentError("the header must begin with '{'") }
      header = try JSONReader.parse(text).members(of: "the header")
      for member in header where member.name == metadataKey {
        for note in try member.value.members(of: metadataKey) {
          metadata[note.name] = try note.value.string(of: metadataKey)
        }
      }
    } catch { throw error.inFile(path) }

    var regions: [Region] = []
    for member in header where member.name != metadataKey {
      do throws(ContentError) {
        regions.append(try Region(member.name, member.value, dataSize: file.bytes.count - dataStart))
      } catch { throw error.inFile(path, tensor: member.name) }
    }
    regions.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
    try checkCover(of: regions, dataSize: file.bytes.count - dataStart, path)

    var entries: [TensorFile.Entry] = []
    for region in regions {
      let range = dataStart + region.bytes.lowerBound..<dataStart + region.bytes.upperBound
      do throws(ContentError) {
        let storage = file.storage(range, alignment: region.type.byteCount)
        let literal = try Literal(checking: region.type, shape: region.shape, storage: storage)
        entries.append(TensorFile.Entry(name: region.name, literal: literal))
      } catch { throw error.inFile(path, tensor: region.name) }
    }
    return try TensorFile(path: path, entries: entries, metadata: metadata)
  }

  /// The offset behind the header.
  private static func headerEnd(_ bytes: UnsafeRawBufferPointer) throws(ContentError) -> Int {
    guard bytes.count >= 8 else {
      throw ContentError("a safetensors file has at least 8 bytes, this one has \(bytes.count)")
    }
    let size = bytes.integer(at: 0, as: UInt64.self)
    guard size <= UInt64(bytes.count - 8) else {
      throw ContentError(
        "not a safetensors file, or cut off: the header takes \(size) bytes, but \(bytes.count - 8) follow")
    }
    guard size <= maximumHeaderSize else {
      throw ContentError("the header takes \(size) bytes, more than \(maximumHeaderSize)")
    }
    return 8 + Int(size)
  }

  /// Throws unless the tensors, in the order of their bytes, fill the data without overlap, gap or rest.
  private static func checkCover(of regions: [Region], dataSize: Int, _ path: String) throws(FormatError) {
    var end = 0
    for region in regions {
      let start = region.bytes.lowerBound
      if start != end {
        let what = start < end ? "overlaps the tensor before it, which ends" : "leaves a gap after byte"
        let message = "the data at byte \(start) \(what) \(start < end ? "at byte \(end)" : "\(end)")"
        throw FormatError(.content, path: path, tensor: region.name, message: message)
      }
      end = region.bytes.upperBound
    }
    if end != dataSize {
      let message = "\(dataSize - end) bytes follow the last tensor"
      throw FormatError(.content, path: path, message: message)
    }
  }

  /// What the header says of one tensor.
  private struct Region {
    let name: String
    let type: ElementType
    let shape: [Int]
    /// The place of the bytes in the data.
    let bytes: Range<Int>

    init(_ name: String, _ description: JSONValue, dataSize: Int) throws(ContentError) {
      self.name = name
      var type: ElementType?
      var shape: [Int]?
      var offsets: [Int]?
      for member in try description.members(of: "the description") {
        switch member.name {
        case "dtype":
          let name = try member.value.string(of: "dtype")
          type = elementTypes[name]
          if type == nil { throw ContentError("the element type \(name) is not supported") }
        case "shape": shape = try member.value.naturals(of: "shape")
        case "data_offsets": offsets = try member.value.naturals(of: "data_offsets")
        default: throw ContentError("'\(member.name)' is not a property of a tensor")
        }
      }
      guard let type else { throw ContentError("dtype is missing") }
      guard let shape else { throw ContentError("shape is missing") }
      guard let offsets else { throw ContentError("data_offsets is missing") }
      guard offsets.count == 2, offsets[0] <= offsets[1] else {
        throw ContentError("data_offsets must be two ascending integers, found \(offsets)")
      }
      guard offsets[1] <= dataSize else {
        throw ContentError("the data ends at byte \(offsets[1]), but the file has \(dataSize) bytes of data")
      }
      let needed = try byteCount(of: type, shape: shape)
      guard needed == offsets[1] - offsets[0] else {
        throw ContentError(
          "the shape \(shape) of \(type) needs \(needed) bytes, but the file gives it \(offsets[1] - offsets[0])"
        )
      }
      self.type = type
      self.shape = shape
      bytes = offsets[0]..<offsets[1]
    }
  }
}
