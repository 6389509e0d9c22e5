import DLGraph
import DLSyntax

/// A layer with its hyperparameters: made at compile time, used by calls.
final class LayerInstance {
  let declaration: LayerDeclaration
  let file: FileScope
  /// The hyperparameters in order.
  let arguments: [(name: String, value: Value)]
  /// Where it was made.
  let site: SourceRange
  /// The path of names from the model, for example `h.3.attn`; nil until it is stored in a member. Empty in the model.
  private(set) var path: String?
  /// The name in the path, where it is not that of the member which holds the layer.
  var givenName: String?
  private var members: [String: Member] = [:]
  /// The layers made by the members, in order.
  private var children: [(name: String, value: Value)] = []

  /// What a name of the layer stands for.
  enum Member {
    case value(Value)
    case tensor(TensorSpecification)
    case function(FunctionDeclaration)
    /// It could not be determined; the error is reported.
    case unknown
  }

  init(
    _ declaration: LayerDeclaration, file: FileScope, arguments: [(name: String, value: Value)],
    site: SourceRange
  ) {
    self.declaration = declaration
    self.file = file
    self.arguments = arguments
    self.site = site
    for (name, value) in arguments { members[name] = .value(value) }
    for case .function(let function) in declaration.members {
      members[function.name.name] = .function(function)
    }
  }

  func member(_ name: String) -> Member? { members[name] }

  func define(_ name: String, _ member: Member) { members[name] = member }

  /// Stores a layer, or a list of layers, under a name.
  func adopt(_ name: String, _ value: Value) {
    members[name] = .value(value)
    children.append((name, value))
    if let path { Self.place(value, named: name, in: path) }
  }

  /// Gives the layer its path, and the layers in it theirs. A layer that has a path keeps it: it is shared.
  func place(at path: String) {
    guard self.path == nil else { return }
    self.path = path
    for (name, value) in children { Self.place(value, named: name, in: path) }
  }

  private static func place(_ value: Value, named name: String, in parent: String) {
    switch value {
    case .layer(let instance):
      let name = instance.givenName ?? name
      instance.place(at: parent.isEmpty ? name : "\(parent).\(name)")
    case .list(let elements), .tuple(let elements):
      for (index, element) in elements.enumerated() { place(element, named: "\(name).\(index)", in: parent) }
    default: break
    }
  }

  /// The path of a tensor of this layer.
  func path(of name: String) -> String {
    guard let path, !path.isEmpty else { return name }
    return path + "." + name
  }

  /// The names that can follow a dot.
  var memberNames: [String] { Array(members.keys) }
}

extension LayerInstance: CustomStringConvertible {
  /// For example `Attention(width: 64, heads: 5)`.
  var description: String {
    let list = arguments.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
    return "\(declaration.name.name)(\(list))"
  }
}

/// A parameter, buffer or state of a layer, with its type.
struct TensorSpecification {
  let name: String
  let kind: TensorMember.Kind
  let type: TensorType
  let range: SourceRange
}
