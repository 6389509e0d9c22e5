import DLGraph

/// The closed set of operations that the compiler knows.
public enum Primitives {
  /// Every primitive, in ascending order of its first name.
  public static let all: [any Primitive.Type] = [
    Binary.self,  // add, …
    ArgReduce.self,
    Broadcast.self,
    Concatenate.self,
    Constant.self,
    Contract.self,
    SparseContract.self,
    Convert.self,
    Convolve.self,
    Cumulative.self,
    DynamicSlice.self,
    DynamicUpdateSlice.self,
    Compare.self,  // equal, …
    Extent.self,
    Gather.self,
    GatherElements.self,
    Group.self,
    Iota.self,
    Unary.self,  // negate, …
    Pad.self,
    Parameter.self,
    Reduce.self,
    ReduceWindow.self,
    Reshape.self,
    Scan.self,
    Scatter.self,
    ScatterElements.self,
    Select.self,
    Slice.self,
    Sort.self,
    TopK.self,
    Transpose.self,
    While.self,
  ]

  /// The primitive of each name.
  private static let types: [String: any Primitive.Type] = {
    var result: [String: any Primitive.Type] = [:]
    for type in all {
      for name in type.documentation.names { result[name] = type }
    }
    return result
  }()

  /// The names of the text form, in ascending order.
  public static var names: [String] { types.keys.sorted() }

  /// The operation of a name and attributes.
  ///
  /// - Returns: nil where no primitive has the name.
  /// - Throws: `TypeError` where an attribute is missing, has the wrong kind, or a value that can't be.
  public static func make(name: String, attributes: AttributeList) throws(TypeError) -> (any Primitive)? {
    guard let type = types[name] else { return nil }
    return try type.init(name: name, attributes: attributes)
  }

  /// What the parser of the text form knows of the primitives.
  public static var registry: OperationRegistry {
    let constructor: OperationRegistry.Constructor = construct
    var constructors: [String: OperationRegistry.Constructor] = [:]
    for name in types.keys { constructors.updateValue(constructor, forKey: name) }
    return OperationRegistry(constructors)
  }

  @Sendable private static func construct(
    _ name: String, _ attributes: AttributeList
  ) throws(TypeError) -> any Operation {
    guard let operation = try make(name: name, attributes: attributes) else {
      throw TypeError("\(name) is not an operation")
    }
    return operation
  }
}
