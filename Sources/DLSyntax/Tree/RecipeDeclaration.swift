/// `recipe name for Model { statements }`: how a model is made fast or small, apart from what it computes.
public struct RecipeDeclaration: Sendable {
  public let documentation: String?
  public let name: Identifier
  /// The model that it is for.
  public let model: Identifier
  /// The statements in the order of the source.
  public let statements: [RecipeStatement]
  public let range: SourceRange
}

/// What stands in the braces of a recipe.
public enum RecipeStatement: Sendable {
  case fix(FixStatement)
  case target(TargetStatement)
  case tuning(TuningStatement)
  case precision(PrecisionStatement)
  case quantize(QuantizeStatement)
  case prune(PruneStatement)
  case keep(KeepStatement)

  public var range: SourceRange {
    switch self {
    case .fix(let statement): statement.range
    case .target(let statement): statement.range
    case .tuning(let statement): statement.range
    case .precision(let statement): statement.range
    case .quantize(let statement): statement.range
    case .prune(let statement): statement.range
    case .keep(let statement): statement.range
    }
  }
}

/// A string or word with the place where it stands.
public struct SourceText: Sendable {
  public let text: String
  public let range: SourceRange
}

/// `fix B = 1`: the value of an open dimension.
public struct FixStatement: Sendable {
  public let name: Identifier
  public let value: Expression
  public let range: SourceRange
}

/// `target "x86-64-v4"`: the CPU to compile for.
public struct TargetStatement: Sendable {
  public let name: SourceText
  public let range: SourceRange
}

/// `tuning "net.tuning.json"`: the file with the measured choices for the kernels.
public struct TuningStatement: Sendable {
  public let path: SourceText
  public let range: SourceRange
}

/// `precision "head.*" bf16`: the type in which parameters are stored.
public struct PrecisionStatement: Sendable {
  public let pattern: SourceText
  public let element: Identifier
  public let range: SourceRange
}

/// `quantize "h.*.mlp" to i8 per channel`: parameters, and what they are multiplied with, as small integers.
public struct QuantizeStatement: Sendable {
  public enum Option: Sendable, Hashable {
    case perChannel, perTensor
    /// A scale for so many weights that follow each other.
    case group(Int)
    /// The scales of what the weights are multiplied with are found at run time.
    case dynamic
    /// What the weights are multiplied with stays as it is.
    case weightsOnly
  }

  public let pattern: SourceText
  public let element: Identifier
  /// The options with their places, in the order of the source.
  public let options: [(option: Option, range: SourceRange)]
  public let range: SourceRange
}

/// `prune "h.*.mlp" to 2:4` or `prune "h.*" to 50%`: which share of the parameters becomes zero, or with `channels` and
/// `heads` is removed.
public struct PruneStatement: Sendable {
  public enum Amount: Sendable, Hashable {
    /// So many of each hundred become zero.
    case percent(Int)
    /// Of each `of` that follow each other at most `kept` stay.
    case structured(kept: Int, of: Int)
  }

  public enum Option: Sendable, Hashable {
    /// The smallest of all parameters together instead of those of each.
    case globally
    /// Blocks of so many output channels by so many terms become zero as a whole.
    case block(rows: Int, columns: Int)
    /// Channels of the outputs are removed from the model.
    case channels
    /// Heads of attention are removed from the model.
    case heads
    /// Importance is a sum of magnitudes rather than of squares.
    case byMagnitude
    /// What remains is a multiple of so many channels.
    case multiple(Int)
  }

  public let pattern: SourceText
  public let amount: Amount
  public let amountRange: SourceRange
  /// The options with their places, in the order of the source.
  public let options: [(option: Option, range: SourceRange)]
  public let range: SourceRange
}

/// `keep "head"`: parameters that stay as they are, whatever the other statements say.
public struct KeepStatement: Sendable {
  public let pattern: SourceText
  public let range: SourceRange
}
