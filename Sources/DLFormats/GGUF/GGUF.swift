import DLGraph

/// The format of llama.cpp: notes, descriptions of the tensors, their bytes.
///
/// Specification: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
enum GGUF {
  /// A value of the header that readers may need.
  enum Note: Hashable {
    case integer(Int)
    case text(String)
  }

  /// How a tensor's numbers are held.
  enum Storage: Hashable {
    case dense(ElementType)
    case blocks(BlockEncoding)
  }

  /// The numbers of the types in a file. The format knows more; a tensor of another one is refused.
  static let storages: [UInt32: Storage] = [
    0: .dense(.f32), 1: .dense(.f16), 2: .blocks(.fourBits), 3: .blocks(.fourBitsAndMinimum),
    8: .blocks(.eightBits),
    14: .blocks(.sixBits),
    24: .dense(.i8), 25: .dense(.i16), 26: .dense(.i32), 27: .dense(.i64), 28: .dense(.f64),
    30: .dense(.bf16),
  ]

  /// The names of other types that files of language models have, for messages.
  static let unsupported: [UInt32: String] = [
    6: "Q5_0", 7: "Q5_1", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 15: "Q8_K", 20: "IQ4_NL",
    23: "IQ4_XS", 39: "MXFP4",
  ]

  static func isRecognized(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.prefix(4).elementsEqual("GGUF".utf8)
  }

  static func read(_ file: MappedFile) throws(FormatError) -> TensorFile {
    let path = file.path
    var reader = GGUFReader(file.bytes)
    var notes: [String: Note] = [:]
    var descriptions: [Description] = []
    let dataStart: Int
    do throws(ContentError) {
      _ = try reader.integer(UInt32.self)
      let version = try reader.integer(UInt32.self)
      guard (2...3).contains(version) else {
        throw ContentError("version \(version) of GGUF is not supported")
      }
      let tensorCount = try reader.count(of: "tensors", size: 24)
      for _ in 0..<(try reader.count(of: "notes", size: 12)) {
        let name = try reader.string()
        notes[name] = try reader.note()
      }
      for _ in 0..<tensorCount { descriptions.append(try Description(&reader)) }
      let alignment = try alignment(notes)
      let (end, overflow) = reader.offset.addingReportingOverflow(alignment - 1)
      guard !overflow else { throw ContentError("the alignment \(alignment) is too large") }
      dataStart = end / alignment * alignment
    } catch { throw error.inFile(path) }

    var entries: [TensorFile.Entry] = []
    var regions: [(range: Range<Int>, name: String)] = []
    for description in descriptions {
      do throws(ContentError) {
        let range = try description.range(from: dataStart, in: file.bytes.count)
        if !range.isEmpty { regions.append((range, description.name)) }
        let entry = try description.entry(file, range)
        entries.append(try RotaryOrder(notes, entry)?.restored(entry) ?? entry)
      } catch { throw error.inFile(path, tensor: description.name) }
    }
    regions.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    for (first, second) in zip(regions, regions.dropFirst())
    where second.range.lowerBound < first.range.upperBound {
      let message = "the data at byte \(second.range.lowerBound) overlaps the tensor '\(first.name)'"
      throw FormatError(.content, path: path, tensor: second.name, message: message)
    }
    let texts = notes.compactMapValues { if case .text(let text) = $0 { text } else { nil } }
    return try TensorFile(path: path, entries: entries, metadata: texts)
  }

  private static func alignment(_ notes: [String: Note]) throws(ContentError) -> Int {
    guard let note = notes["general.alignment"] else { return 32 }
    guard case .integer(let alignment) = note, alignment > 0 else {
      throw ContentError("general.alignment must be a positive integer")
    }
    return alignment
  }

  /// What the header says of one tensor.
  private struct Description {
    let name: String
    /// Outermost axis first; the file has them the other way round.
    let shape: [Int]
    let type: UInt32
    let offset: UInt64

    init(_ reader: inout GGUFReader) throws(ContentError) {
      name = try reader.string()
      let rank = try reader.integer(UInt32.self)
      guard rank <= 8 else { throw ContentError("the tensor '\(name)' has \(rank) axes") }
      var shape: [Int] = []
      for _ in 0..<rank {
        guard let extent = Int(exactly: try reader.integer(UInt64.self)) else {
          throw ContentError("the tensor '\(name)' has an axis beyond 63 bits")
        }
        shape.insert(extent, at: 0)
      }
      self.shape = shape
      type = try reader.integer(UInt32.self)
      offset = try reader.integer(UInt64.self)
    }

    func storage() throws(ContentError) -> Storage {
      if let storage = GGUF.storages[type] { return storage }
      let name = GGUF.unsupported[type].map { " \($0)" } ?? ""
      throw ContentError("the type \(type)\(name) is not supported")
    }

    /// The shape of the bytes of blocks.
    private func blockShape(_ encoding: BlockEncoding) throws(ContentError) -> [Int] {
      guard let last = shape.last, last % encoding.elementCount == 0 else {
        throw ContentError(
          "rows of the shape \(shape) are not whole blocks of \(encoding.elementCount) in \(encoding.rawValue)"
        )
      }
      return shape.dropLast() + [last / encoding.elementCount, encoding.byteCount]
    }

    func range(from dataStart: Int, in fileSize: Int) throws(ContentError) -> Range<Int> {
      let size: Int
      switch try storage() {
      case .dense(let type): size = try byteCount(of: type, shape: shape)
      case .blocks(let encoding):
        _ = try byteCount(of: .f32, shape: shape)
        size = try byteCount(of: .u8, shape: blockShape(encoding))
      }
      guard dataStart <= fileSize, offset <= UInt64(fileSize - dataStart),
        size <= fileSize - dataStart - Int(offset)
      else {
        throw ContentError("its \(size) bytes at \(offset) end beyond the file, which has \(fileSize) bytes")
      }
      let start = dataStart + Int(offset)
      return start..<start + size
    }

    func entry(_ file: MappedFile, _ range: Range<Int>) throws(ContentError) -> TensorFile.Entry {
      switch try storage() {
      case .dense(let type):
        let storage = file.storage(range, alignment: type.byteCount)
        return TensorFile.Entry(
          name: name, literal: try Literal(checking: type, shape: shape, storage: storage))
      case .blocks(let encoding):
        let storage = file.storage(range, alignment: 1)
        let bytes = try Literal(checking: .u8, shape: blockShape(encoding), storage: storage)
        return TensorFile.Entry(name: name, blocks: bytes, encoding: encoding)
      }
    }
  }
}
