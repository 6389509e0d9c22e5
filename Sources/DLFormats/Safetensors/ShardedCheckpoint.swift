/// A checkpoint in several safetensors files, with an index that says which tensor is in which.
enum ShardedCheckpoint {
  /// Opens the files that an index names, in the index's own folder.
  static func read(_ index: MappedFile) throws(FormatError) -> TensorFile {
    let path = index.path
    var places: [(tensor: String, file: String)] = []
    do throws(ContentError) {
      let members = try JSONReader.parse(index.bytes).members(of: "the index")
      guard let map = members.first(where: { $0.name == "weight_map" }) else {
        throw ContentError("not the index of a checkpoint: weight_map is missing")
      }
      for member in try map.value.members(of: "weight_map") {
        let file = try member.value.string(of: "the file of '\(member.name)'")
        guard !file.isEmpty, !file.utf8.contains(UInt8(ascii: "/")), !file.utf8.contains(0) else {
          throw ContentError("'\(file)' is not the name of a file in the folder of the index")
        }
        places.append((member.name, file))
      }
    } catch { throw error.inFile(path) }

    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    var files: [String: TensorFile] = [:]
    var entries: [TensorFile.Entry] = []
    for place in places {
      let file: TensorFile
      if let known = files[place.file] {
        file = known
      } else {
        file = try Safetensors.read(MappedFile(folder + place.file))
        files[place.file] = file
      }
      guard let literal = file[place.tensor] else {
        let message = "the index places it in '\(place.file)', where it is not"
        throw FormatError(.content, path: path, tensor: place.tensor, message: message)
      }
      entries.append(TensorFile.Entry(name: place.tensor, literal: literal))
    }
    return try TensorFile(path: path, entries: entries)
  }
}
