import DLFormats

/// A static library: the `ar` format of System V with a symbol index, as GNU's and LLVM's linkers read it.
struct Archive {
  struct Member {
    /// At most 15 bytes.
    var name: String
    var object: ObjectFile
    /// The symbols it defines for others.
    var symbols: [String]
  }

  var members: [Member]

  /// Writes the file: the same for the same members, without times or owners.
  func write(to file: borrowing AtomicFile) throws(FormatError) {
    let names = members.flatMap(\.symbols)
    let indexSize = 4 + 4 * names.count + names.map { $0.utf8.count + 1 }.reduce(0, +)
    var position = 8 + 60 + padded(indexSize)
    var offsets: [Int] = []
    for member in members {
      offsets += member.symbols.map { _ in position }
      position += 60 + padded(member.object.byteCount)
    }
    var index = bigEndian(names.count)
    for offset in offsets { index += bigEndian(offset) }
    for name in names { index += Array(name.utf8) + [0] }
    try file.write("!<arch>\n" + header("/", indexSize))
    try file.write(index + padding(indexSize))
    for member in members {
      try file.write(header(member.name + "/", member.object.byteCount))
      try member.object.forEachPart { bytes throws(FormatError) in try file.write(bytes) }
      try file.write(padding(member.object.byteCount))
    }
  }

  /// What stands before a member.
  private func header(_ name: String, _ byteCount: Int) -> String {
    let fields = [(name, 16), ("0", 12), ("0", 6), ("0", 6), ("644", 8), (String(byteCount), 10)]
    return fields.map { $0 + String(repeating: " ", count: $1 - $0.utf8.count) }.joined() + "`\n"
  }

  private func padding(_ byteCount: Int) -> [UInt8] { byteCount % 2 == 1 ? [0x0a] : [] }

  private func padded(_ count: Int) -> Int { count + count % 2 }

  private func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
