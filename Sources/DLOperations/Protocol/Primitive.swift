import DLGraph

/// An operation of the closed set that the compiler knows: everything about it but where it is used.
public protocol Primitive: Operation {
  /// What there is to say of the operation; the operation table of the documentation is made of it.
  static var documentation: OperationDocumentation { get }

  /// The operation of a text form.
  ///
  /// - Throws: `TypeError` where an attribute is missing, has the wrong kind, or a value that can't be.
  init(name: String, attributes: AttributeList) throws(TypeError)

  /// Computes the results, exactly as the documentation says: the oracle that compiled code is held against.
  ///
  /// - Requires: the operands satisfy the type rule.
  /// - Throws: `EvaluationError` where memory would not suffice or a loop doesn't end.
  func evaluate(_ operands: [Literal], in context: EvaluationContext) throws -> [Literal]

  /// How the operation becomes loops.
  var lowering: Lowering { get }
}

/// The ways in which operations become loops.
public enum Lowering {
  /// Each element of the result is a function of some elements of the operands: computed where it is needed.
  case mapped(any MappedOperation)
  /// Each element of the result combines many terms.
  case reducing(any ReducingOperation)
  /// A kernel of its own that reads and writes whole tensors.
  case whole(any WholeOperation)
  /// Bodies that run a number of times, or once.
  case control
  /// No code: the values are there before the call.
  case data
}

/// The description of one operation or of a family that differ by name.
public struct OperationDocumentation: Sendable {
  /// The names in the text form.
  public var names: [String]
  /// One sentence: what the results are.
  public var summary: String
  /// Operands, results and attributes, as `reduce(x) {function, axes}`.
  public var form: String

  public init(names: [String], form: String, summary: String) {
    self.names = names
    self.form = form
    self.summary = summary
  }
}

/// What evaluation needs besides the operands.
public struct EvaluationContext {
  /// The values of the open dimensions.
  public var symbols: [Symbol: Int]
  /// Evaluates a body, for operations that have one.
  public var evaluate: (_ body: Graph, _ arguments: [Literal], _ symbols: [Symbol: Int]) throws -> [Literal]

  public init(
    symbols: [Symbol: Int] = [:],
    evaluate: @escaping (Graph, [Literal], [Symbol: Int]) throws -> [Literal]
  ) {
    self.symbols = symbols
    self.evaluate = evaluate
  }

  /// The value of a dimension.
  ///
  /// - Throws: `EvaluationError` where a symbol has no value.
  public func extent(of dimension: Dimension) throws(EvaluationError) -> Int {
    guard let value = dimension.evaluate({ symbols[$0] }) else {
      throw EvaluationError("the dimension \(dimension) has no value")
    }
    return value
  }

  /// The values of the dimensions of a shape.
  public func shape(_ dimensions: [Dimension]) throws(EvaluationError) -> [Int] {
    var result: [Int] = []
    for dimension in dimensions { result.append(try extent(of: dimension)) }
    return result
  }
}

/// An evaluation could not be carried out.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
