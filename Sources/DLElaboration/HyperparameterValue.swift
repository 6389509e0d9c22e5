import DLGraph

/// The value of a hyperparameter that is given from outside.
public indirect enum HyperparameterValue: Sendable, Hashable {
  case integer(Int)
  case float(Double)
  case boolean(Bool)
  case string(String)
  case null
  case list([HyperparameterValue])

  /// The value a text stands for: `64`, `0.5`, `true`, `nil`, `[1, 2]`, or else a string, with or without quotes.
  public init(parsing text: String) {
    let text = text.trimmingBlanks
    if let value = Int(text) {
      self = .integer(value)
    } else if let value = Double(text), text.first?.isLetter != true {
      self = .float(value)
    } else if text == "true" || text == "false" {
      self = .boolean(text == "true")
    } else if text == "nil" {
      self = .null
    } else if text.hasPrefix("["), text.hasSuffix("]"), text.count(where: { $0 == "[" }) <= 64 {
      self = .list(text.dropFirst().dropLast().splitAtOuterCommas.map(HyperparameterValue.init(parsing:)))
    } else if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
      self = .string(String(text.dropFirst().dropLast()))
    } else {
      self = .string(text)
    }
  }

  var value: Value {
    switch self {
    case .integer(let value): .integer(value)
    case .float(let value): .float(value)
    case .boolean(let value): .boolean(value)
    case .string(let value): .string(value)
    case .null: .null
    case .list(let elements): .list(elements.map(\.value))
    }
  }
}

extension HyperparameterValue: CustomStringConvertible {
  /// The text that stands for the value.
  public var description: String { value.description }
}

extension String {
  fileprivate var trimmingBlanks: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}

extension Substring {
  /// The parts between the commas that stand in no bracket; none for an empty text.
  fileprivate var splitAtOuterCommas: [String] {
    var parts = [""]
    var depth = 0
    for character in self {
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts.count == 1 && parts[0].allSatisfy(\.isWhitespace) ? [] : parts
  }
}
