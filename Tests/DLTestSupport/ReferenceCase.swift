import DLFormats
import DLGraph
import DLOperations
import Foundation

/// An application of a primitive whose results NumPy or PyTorch has computed.
public struct ReferenceCase {
  public var id: String
  public var operation: any Primitive
  public var operands: [Literal]
  public var results: [Literal]

  /// The files of `Tests/Reference/operations`, without their suffix.
  public static let files: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    return (names ?? []).filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }.sorted()
  }()

  private static let folder =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Reference/operations").path()

  /// The cases of a file.
  public static func load(_ file: String) throws -> [ReferenceCase] {
    let tensors = try TensorFile.open("\(folder)/\(file).safetensors")
    let json = try JSONSerialization.jsonObject(with: Data((tensors.metadata["cases"] ?? "").utf8))
    guard let descriptions = json as? [[String: Any]] else { throw ReferenceError("no list of cases") }
    return try descriptions.map { try ReferenceCase($0, tensors) }
  }

  private init(_ description: [String: Any], _ tensors: TensorFile) throws {
    guard let id = description["id"] as? String, let name = description["operation"] as? String,
      let attributes = description["attributes"] as? [String: Any]
    else { throw ReferenceError("a case lacks its id, operation or attributes") }
    let entries = try attributes.map { key, value in
      AttributeList.Entry(name: key, value: try Self.attribute(key, value))
    }
    guard let operation = try Primitives.make(name: name, attributes: AttributeList(entries: entries)) else {
      throw ReferenceError("no primitive is called \(name)")
    }
    self.id = id
    self.operation = operation
    operands = Self.tensors("\(id).in", tensors)
    results = Self.tensors("\(id).out", tensors)
  }

  private static func tensors(_ prefix: String, _ file: TensorFile) -> [Literal] {
    var result: [Literal] = []
    while let tensor = file["\(prefix)\(result.count)"] { result.append(tensor) }
    return result
  }

  private static func attribute(_ name: String, _ value: Any) throws -> Attribute {
    switch (name, value) {
    case ("to", let text as String), ("result", let text as String):
      guard let type = ElementType(rawValue: text) else { throw ReferenceError("unknown type \(text)") }
      return .elementType(type)
    case ("type", let text as String): return .type(try type(text))
    case ("reverse", let flag as Bool), ("descending", let flag as Bool), ("largest", let flag as Bool):
      return .boolean(flag)
    case (_, let text as String): return .string(text)
    case (_, let numbers as [Int]): return .integers(numbers)
    case (_, let number as Int): return .integer(number)
    default: throw ReferenceError("unknown kind of attribute \(name)")
    }
  }

  /// A type such as `f32[2, 3]`.
  private static func type(_ text: String) throws -> TensorType {
    let parts = text.dropLast().split(separator: "[", omittingEmptySubsequences: false)
    guard parts.count == 2, let elementType = ElementType(rawValue: String(parts[0])) else {
      throw ReferenceError("unknown type \(text)")
    }
    let extents = parts[1].split(separator: ",").compactMap { Int($0.drop { $0 == " " }) }
    return TensorType(elementType, extents.map { Dimension($0) })
  }
}

public struct ReferenceError: Error, CustomStringConvertible {
  public var description: String
  init(_ description: String) { self.description = description }
}
