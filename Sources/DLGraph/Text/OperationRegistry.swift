/// The operations that the text form can name.
public struct OperationRegistry: Sendable {
  /// Makes an operation of its name and attributes.
  ///
  /// It throws where an attribute is missing, has the wrong kind, or a value that can't be. A list without symbols comes
  /// as `integers`, whether it was printed from integers or from dimensions.
  public typealias Constructor =
    @Sendable (_ name: String, _ attributes: AttributeList) throws(TypeError) -> any Operation

  private let constructors: [String: Constructor]

  public init(_ constructors: [String: Constructor]) { self.constructors = constructors }

  /// The names, sorted.
  public var names: [String] { constructors.keys.sorted() }

  /// The operation of that name and attributes; nil where no operation has the name.
  ///
  /// - Throws: what the constructor throws, and where the operation has no attribute of a given name.
  public func operation(
    _ name: String, _ attributes: AttributeList
  ) throws(TypeError) -> (any Operation)? {
    guard let constructor = constructors[name] else { return nil }
    let operation = try constructor(name, attributes)
    for entry in attributes.entries where operation.attributes[entry.name] == nil {
      throw TypeError("\(name) takes no attribute '\(entry.name)'")
    }
    return operation
  }
}
