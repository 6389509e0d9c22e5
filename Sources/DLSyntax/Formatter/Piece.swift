/// A part of a statement: a token, or brackets with all that stands in them.
indirect enum Piece {
  /// A token, by its index.
  case token(Int)
  case group(Group)

  /// The index of its first token.
  var first: Int {
    switch self {
    case .token(let index): index
    case .group(let group): group.opener
    }
  }
}

/// Brackets with what stands in them.
struct Group {
  enum Kind {
    /// `( )`, and `[ ]` of a list
    case list
    /// `[ ]` after an expression or an element type: never broken for its length
    case attached
    /// `{ }` with statements
    case statements
    /// `{ }` with members: never on one line
    case members
  }

  let kind: Kind
  let opener: Int
  let closer: Int
  /// What stands in the brackets before the parts: the parameters of a closure.
  let header: [Piece]
  /// The elements of a list, each with the comma behind it; or the statements.
  let parts: [[Piece]]
  /// Whether it can't be on one line.
  let isBroken: Bool

  var isEmpty: Bool { parts.isEmpty && header.isEmpty }

  /// Whether it may be broken to make a line shorter.
  var isBreakable: Bool { kind != .attached && !isEmpty }
}
