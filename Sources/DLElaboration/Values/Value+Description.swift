import DLGraph

extension Value: CustomStringConvertible {
  /// The value as a person would write it.
  var description: String {
    switch self {
    case .integer(let value): value.description
    case .float(let value): value.description
    case .boolean(let value): value.description
    case .string(let value): "\"\(value)\""
    case .null: "nil"
    case .list(let elements): "[\(elements.map(\.description).joined(separator: ", "))]"
    case .tuple(let elements): "(\(elements.map(\.description).joined(separator: ", ")))"
    case .range(let lower, let upper): "\(lower)..<\(upper)"
    case .tensor(let tensor): tensor.type.description
    case .layer(let instance): instance.description
    case .callable(let callable): callable.name
    case .namespace(let file): file.path
    }
  }
}
