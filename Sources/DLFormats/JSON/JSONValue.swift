/// A value of a JSON text.
enum JSONValue {
  case null
  case boolean(Bool)
  /// A number written without fraction or exponent that fits.
  case integer(Int)
  /// Any other number.
  case real(Double)
  case string(String)
  case array([JSONValue])
  /// The members in the order of the text; their names are distinct.
  case object([(name: String, value: JSONValue)])

  /// What the value is, for error messages.
  var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer, .real: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The members of an object.
  func members(of what: String) throws(ContentError) -> [(name: String, value: JSONValue)] {
    guard case .object(let members) = self else {
      throw ContentError("\(what) must be an object, found \(kind)")
    }
    return members
  }

  func string(of what: String) throws(ContentError) -> String {
    guard case .string(let string) = self else {
      throw ContentError("\(what) must be a string, found \(kind)")
    }
    return string
  }

  /// The elements of an array of integers that aren't negative.
  func naturals(of what: String) throws(ContentError) -> [Int] {
    guard case .array(let elements) = self else {
      throw ContentError("\(what) must be an array, found \(kind)")
    }
    var result: [Int] = []
    for element in elements {
      guard case .integer(let value) = element, value >= 0 else {
        throw ContentError("\(what) must hold non-negative 64-bit integers")
      }
      result.append(value)
    }
    return result
  }
}
