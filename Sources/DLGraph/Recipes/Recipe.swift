/// How the parameters of a model are made smaller: steps in the order in which they are written.
public struct Recipe: Hashable, Sendable {
  public var steps: [Step]

  /// What is to be done to the parameters that a pattern matches.
  public struct Step: Hashable, Sendable {
    public var pattern: PathPattern
    public var action: Action

    public init(pattern: PathPattern, action: Action) {
      self.pattern = pattern
      self.action = action
    }
  }

  public enum Action: Hashable, Sendable {
    /// Stored as floats of this type. Takes back an earlier quantization.
    case precision(ElementType)
    case quantize(QuantizationScheme)
    case prune(Sparsity)
    case remove(ChannelRemoval)
    /// Nothing, whatever the other steps say.
    case keep
  }

  public init(steps: [Step] = []) { self.steps = steps }

  public var isEmpty: Bool { steps.isEmpty }

  /// Whether a parameter stays as it is.
  public func keeps(_ parameter: String) -> Bool {
    steps.contains { $0.action == .keep && $0.pattern.matches(parameter) }
  }

  /// How a parameter is stored: what the last step says that changes its type and matches it; nil where none does.
  public func storage(of parameter: String) -> Action? {
    if keeps(parameter) { return nil }
    return steps.last { step in
      switch step.action {
      case .prune, .remove, .keep: false
      case .precision, .quantize: step.pattern.matches(parameter)
      }
    }?.action
  }

  /// How a parameter is quantized; nil where it is not.
  public func quantization(of parameter: String) -> QuantizationScheme? {
    if case .quantize(let scheme)? = storage(of: parameter) { scheme } else { nil }
  }

  /// Whether any step needs to know the values of activations.
  public var needsCalibration: Bool {
    steps.contains { step in
      if case .quantize(let scheme) = step.action { scheme.mode == .static } else { false }
    }
  }
}

/// How weights, and what they are multiplied with, become small integers.
public struct QuantizationScheme: Hashable, Sendable {
  /// What happens to the other operand of the product.
  public enum Mode: String, Hashable, Sendable {
    /// It is quantized with a scale found by calibration.
    case `static`
    /// It is quantized with a scale for each of its rows, found at run time.
    case dynamic
    /// It stays as it is.
    case weightsOnly
  }

  /// Which weights share a scale.
  public enum Granularity: Hashable, Sendable {
    case tensor
    /// Those of an output channel.
    case channel
    /// So many that follow each other within an output channel.
    case group(Int)
  }

  /// The number of bits of a weight: 8 or 4.
  public var bits: Int
  public var granularity: Granularity
  public var mode: Mode

  public init(bits: Int, granularity: Granularity, mode: Mode) {
    self.bits = bits
    self.granularity = granularity
    self.mode = mode
  }

  /// The greatest magnitude of a quantized weight; the scale is symmetric.
  public var limit: Int { (1 << (bits - 1)) - 1 }
}
