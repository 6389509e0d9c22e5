/// What it was measured to do when a recipe makes one parameter smaller.
public struct LayerEvidence: Codable, Hashable, Sendable {
  /// The parameter in the weight file.
  public var parameter: String
  /// The place in the source where it is used; empty where there is none.
  public var place: String
  /// What the recipe does to it.
  public var action: String
  /// The seconds of a call that the kernels of its layer take as they are.
  public var before: Double
  /// Likewise where all parameters are as the recipe says.
  public var after: Double
  /// How much stronger the outputs are than what rounding this layer alone adds to them, in decibels; nil where the recipe
  /// doesn't round what flows through the layer, or nothing is added.
  public var signalToNoise: Double?
  /// Whether the parameter is made smaller.
  public var isKept = true

  public init(
    parameter: String, place: String, action: String, before: Double, after: Double, signalToNoise: Double?
  ) {
    self.parameter = parameter
    self.place = place
    self.action = action
    self.before = before
    self.after = after
    self.signalToNoise = signalToNoise
  }
}

extension [LayerEvidence] {
  /// The layers, of which only those are kept that became at least so many times as fast.
  public func gated(atLeast gain: Double) -> [LayerEvidence] {
    map { layer in
      var layer = layer
      layer.isKept = layer.before >= gain * layer.after && layer.before > 0
      return layer
    }
  }

  /// The layers, none of which is kept.
  public var dropped: [LayerEvidence] {
    map { layer in
      var layer = layer
      layer.isKept = false
      return layer
    }
  }
}
