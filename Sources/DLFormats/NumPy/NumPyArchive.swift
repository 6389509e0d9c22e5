import DLGraph

/// The npz format: a zip archive of npy files.
enum NumPyArchive {
  private static let suffix = ".npy"

  /// The arrays in the order of the archive. Stored members that are aligned aren't copied.
  static func read(_ file: MappedFile) throws(FormatError) -> [TensorFile.Entry] {
    let members: [ZipMember]
    do throws(ContentError) { members = try ZipArchive.members(of: file.bytes) } catch {
      throw error.inFile(file.path)
    }
    if members.contains(where: { $0.name.hasSuffix("/data.pkl") }) {
      let message = "a PyTorch checkpoint runs Python code when it is read: save it as safetensors"
      throw FormatError(.content, path: file.path, message: message)
    }
    var entries: [TensorFile.Entry] = []
    for member in members {
      guard member.name.hasSuffix(suffix) else {
        let message = "'\(member.name)' is not an npy array"
        throw FormatError(.content, path: file.path, message: message)
      }
      let name = String(member.name.dropLast(suffix.count))
      do throws(ContentError) {
        entries.append(TensorFile.Entry(name: name, literal: try literal(of: member, in: file)))
      } catch { throw error.inFile(file.path, tensor: name) }
    }
    return entries
  }

  private static func literal(of member: ZipMember, in file: MappedFile) throws(ContentError) -> Literal {
    switch member.method {
    case .stored:
      try member.checkSum(of: UnsafeRawBufferPointer(rebasing: file.bytes[member.data]))
      return try NumPyArray.read(file, member.data)
    case .deflated:
      let content = try member.inflated(from: file.bytes)
      try member.checkSum(of: content.bytes)
      return try withExtendedLifetime(content) { () throws(ContentError) in
        try NumPyArray.copy(content.bytes)
      }
    }
  }

  /// Writes an archive without compression in which every array is aligned.
  static func write(_ entries: [TensorFile.Entry], to path: String) throws(FormatError) {
    var writer = try ZipWriter(path)
    for entry in entries {
      let header: [UInt8]
      do throws(ContentError) { header = try NumPyArray.header(of: entry.literal) } catch {
        throw error.inFile(path, tensor: entry.name)
      }
      // Not through `withUnsafeBytes`: a closure can't change the noncopyable writer.
      let storage = entry.literal.storage
      try writer.append(entry.name + suffix, header: header, body: storage.bytes)
      withExtendedLifetime(storage) {}
    }
    try writer.commit()
  }
}
