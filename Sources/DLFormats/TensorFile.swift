import DLGraph

/// The tensors of a file, or of a checkpoint in several files.
///
/// Opening checks everything but the values: every tensor lies in its file and has the bytes that its type and shape
/// need. The bytes stay in the mapped file wherever they are aligned and not compressed.
public struct TensorFile: Sendable {
  /// A tensor and its name.
  public struct Entry: Hashable, Sendable {
    public let name: String
    /// The elements as they are stored. Of a tensor in blocks it is the bytes: `u8[…, blocks of a row, bytes of a block]`.
    public let literal: Literal
    /// How blocks hold the numbers; nil where the elements are stored one by one.
    public let encoding: BlockEncoding?

    public init(name: String, literal: Literal) {
      self.name = name
      self.literal = literal
      encoding = nil
    }

    /// - Requires: the last axis of `blocks` has the bytes of a block.
    public init(name: String, blocks: Literal, encoding: BlockEncoding) {
      self.name = name
      self.literal = blocks
      self.encoding = encoding
    }

    /// The shape of the numbers.
    public var shape: [Int] {
      guard let encoding else { return literal.shape }
      let rows = literal.shape.dropLast(2)
      return rows + [literal.shape[rows.count] * encoding.elementCount]
    }

    /// The type of the numbers: that of blocks is `f32`.
    public var type: TensorType {
      TensorType(encoding == nil ? literal.elementType : .f32, shape.map { Dimension($0) })
    }
  }

  public let path: String
  /// The tensors in the order of the file.
  public let entries: [Entry]
  /// The notes that a safetensors or GGUF file carries, the texts among them.
  public let metadata: [String: String]
  private let positions: [String: Int]

  init(path: String, entries: [Entry], metadata: [String: String] = [:]) throws(FormatError) {
    self.path = path
    self.entries = entries
    self.metadata = metadata
    var positions: [String: Int] = [:]
    for (position, entry) in entries.enumerated() {
      guard positions.updateValue(position, forKey: entry.name) == nil else {
        throw FormatError(.content, path: path, tensor: entry.name, message: "the name occurs twice")
      }
    }
    self.positions = positions
  }

  /// The tensor of a name, as it is stored.
  public subscript(name: String) -> Literal? { positions[name].map { entries[$0].literal } }

  /// Opens a `.safetensors`, `.gguf`, `.npy` or `.npz` file, or the `.index.json` of a checkpoint in several safetensors
  /// files.
  ///
  /// NumPy and GGUF files are known by their first bytes. A `.npy` file has one tensor, named as the file without extension.
  public static func open(_ path: String) throws(FormatError) -> TensorFile {
    let file = try MappedFile(path)
    if NumPyArray.isRecognized(file.bytes) {
      let entry = Entry(name: stem(of: path), literal: try NumPyArray.read(file))
      return try TensorFile(path: path, entries: [entry])
    }
    if ZipArchive.isRecognized(file.bytes) {
      return try TensorFile(path: path, entries: NumPyArchive.read(file))
    }
    if GGUF.isRecognized(file.bytes) { return try GGUF.read(file) }
    return path.hasSuffix(".json") ? try ShardedCheckpoint.read(file) : try Safetensors.read(file)
  }

  /// Writes tensors in the format that the extension names: `safetensors`, `npz`, or `npy` for exactly one.
  ///
  /// - Parameter metadata: notes for a safetensors file; the other formats have no place for them.
  public static func write(
    _ entries: [Entry], to path: String, metadata: [String: String] = [:]
  ) throws(FormatError) {
    // Refuses duplicate names.
    _ = try TensorFile(path: path, entries: entries)
    if path.hasSuffix(".safetensors") {
      try Safetensors.write(entries, metadata: metadata, to: path)
    } else if path.hasSuffix(".npz") {
      try NumPyArchive.write(entries, to: path)
    } else if path.hasSuffix(".npy"), entries.count == 1 {
      try NumPyArray.write(entries[0].literal, to: path)
    } else if path.hasSuffix(".npy") {
      let message = "an npy file holds one tensor, not \(entries.count): use npz"
      throw FormatError(.content, path: path, message: message)
    } else {
      let message = "the extension is none of .safetensors, .npz, .npy"
      throw FormatError(.content, path: path, message: message)
    }
  }

  private static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    return String(name.lastIndex(of: ".").map { name[..<$0] } ?? name)
  }
}
