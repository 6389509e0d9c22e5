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
  /// How much stronger the outputs are than what this parameter alone adds to them when it is made smaller, in decibels; nil
  /// where that isn't known, or nothing is added.
  public var signalToNoise: Double?
  /// Whether it can stay as it is for itself. What has fewer channels stays or goes with the whole.
  public var isSeparate = true
  /// Whether the parameter is made smaller.
  public var isKept = true

  public init(
    parameter: String, place: String, action: String, before: Double, after: Double, signalToNoise: Double?,
    isSeparate: Bool = true
  ) {
    self.parameter = parameter
    self.place = place
    self.action = action
    self.before = before
    self.after = after
    self.signalToNoise = signalToNoise
    self.isSeparate = isSeparate
  }
}

extension [LayerEvidence] {
  /// What was decided, as statements of a recipe.
  public var statements: [String] {
    if allSatisfy({ !$0.isKept }) { return ["keep \"*\""] }
    return filter { !$0.isKept }.map { "keep \"\($0.parameter)\"" }
  }

  /// The layers, of which only those are kept that became at least so many times as fast.
  public func gated(atLeast gain: Double) -> [LayerEvidence] {
    map { layer in
      var layer = layer
      layer.isKept = !layer.isSeparate || layer.before >= gain * layer.after && layer.before > 0
      return layer
    }
  }

  /// The layers, of which so many that were kept are no longer: those that cost the most.
  public func droppingMostSensitive(_ count: Int) -> [LayerEvidence] {
    let ranked = indices.filter { self[$0].isKept && self[$0].isSeparate }
      .sorted { (self[$0].signalToNoise ?? .infinity, $0) < (self[$1].signalToNoise ?? .infinity, $1) }
    var layers = self
    for index in ranked.prefix(count) { layers[index].isKept = false }
    return layers
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
