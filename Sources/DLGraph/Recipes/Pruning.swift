/// Which weights become zero.
public enum Sparsity: Hashable, Sendable {
  /// This share of the weights, those of the least magnitude; of all matching parameters together where `global`.
  case magnitude(share: Double, global: Bool)
  /// Of each `of` weights that follow each other within an output channel the `kept` greatest stay.
  case structured(kept: Int, of: Int)
  /// This share of blocks of so many output channels by so many terms, those of the least magnitude.
  case blocks(share: Double, rows: Int, columns: Int)
}

/// Which channels, or heads of attention, are removed: the result is a smaller model.
public struct ChannelRemoval: Hashable, Sendable {
  public enum Unit: String, Hashable, Sendable {
    /// Output channels of products and convolutions.
    case channels
    /// What attention computes side by side: heads, with their queries, keys and values.
    case heads
  }

  public var unit: Unit
  /// The share of those of each layer, or of all layers together, that go at most.
  public var share: Double
  public var isGlobal: Bool
  public var norm: ChannelNorm
  /// What remains of a layer is a multiple of this; nil for one that suits vectors.
  public var multiple: Int?

  public init(
    _ unit: Unit, share: Double, isGlobal: Bool = false, norm: ChannelNorm = .l2, multiple: Int? = nil
  ) {
    self.unit = unit
    self.share = share
    self.isGlobal = isGlobal
    self.norm = norm
    self.multiple = multiple
  }
}

/// What is added up to say how important a channel is.
public enum ChannelNorm: String, Hashable, Sendable {
  /// Magnitudes.
  case l1
  /// Squares.
  case l2
}
