/// A static library: the `ar` format of System V with a symbol index, as GNU's and LLVM's linkers read it.
struct Archive {
  struct Member {
    /// At most 15 bytes.
    var name: String
    var bytes: [UInt8]
    /// The symbols it defines for others.
    var symbols: [String]
  }

  var members: [Member]

  /// The bytes of the file: the same for the same members, without times or owners.
  var bytes: [UInt8] {
    let names = members.flatMap(\.symbols)
    let indexSize = 4 + 4 * names.count + names.map { $0.utf8.count + 1 }.reduce(0, +)
    var position = 8 + 60 + padded(indexSize)
    var offsets: [Int] = []
    for member in members {
      offsets += member.symbols.map { _ in position }
      position += 60 + padded(member.bytes.count)
    }
    var index = bigEndian(names.count)
    for offset in offsets { index += bigEndian(offset) }
    for name in names { index += Array(name.utf8) + [0] }
    var result = Array("!<arch>\n".utf8)
    append("/", index, to: &result)
    for member in members { append(member.name + "/", member.bytes, to: &result) }
    return result
  }

  private func append(_ name: String, _ content: [UInt8], to result: inout [UInt8]) {
    let fields = [(name, 16), ("0", 12), ("0", 6), ("0", 6), ("644", 8), (String(content.count), 10)]
    for (text, width) in fields {
      result += text.utf8
      result += [UInt8](repeating: 0x20, count: width - text.utf8.count)
    }
    result += "`\n".utf8
    result += content
    if content.count % 2 == 1 { result.append(0x0a) }
  }

  private func padded(_ count: Int) -> Int { count + count % 2 }

  private func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
