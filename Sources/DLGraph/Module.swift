/// A model as graphs: its entry points, and the states they share.
public struct Module: Hashable, Sendable {
  public var name: String
  /// The entry points, in the order of the source.
  public var graphs: [Graph]
  public var states: [State]
  /// What is to be done to its parameters. The text form leaves it out.
  public var recipe = Recipe()

  /// A tensor kept between calls. Entry points that use it take it as an input and give it as an output.
  public struct State: Hashable, Sendable {
    public var name: String
    public var type: TensorType

    public init(name: String, type: TensorType) {
      self.name = name
      self.type = type
    }
  }

  public init(name: String, graphs: [Graph] = [], states: [State] = []) {
    self.name = name
    self.graphs = graphs
    self.states = states
  }
}
