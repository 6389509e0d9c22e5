import CDLRuntime

/// Calls of one model, one after the other: it owns the workspace and the states.
public final class Session {
  public let model: Model
  public let pool: ThreadPool?
  /// What the model keeps between calls. Copy it to save, assign it to rewind.
  ///
  /// - Requires: a new value is the state of the same model.
  public var state: State {
    get { storedState }
    set {
      precondition(newValue.names == storedState.names, "the state is of another model")
      storedState = newValue
    }
  }
  /// The state itself, so that calls change it in place.
  var storedState: State
  private(set) var workspace = TensorStorage(byteCount: 0)

  /// A session whose states are zero. Without a pool all runs in the calling thread.
  public init(_ model: Model, pool: ThreadPool? = nil) {
    self.model = model
    self.pool = pool
    storedState = State(zerosFor: model)
  }

  /// Sets all states to zero.
  public func reset() { storedState = State(zerosFor: model) }

  /// Runs an entry and returns its outputs by name.
  ///
  /// - Parameter symbols: values of open dimensions that don't follow from the inputs.
  public func run(
    _ entry: String = "forward", _ inputs: [String: Tensor], symbols: [String: Int] = [:]
  ) throws(RuntimeError) -> [String: Tensor] {
    let entry = try model.entry(entry)
    var ordered: [Tensor] = []
    for description in entry.inputs {
      guard let tensor = inputs[description.name] else {
        throw .wrongArgument(
          "input '\(description.name)' of '\(entry.name)' is missing: it is \(description.typeText)")
      }
      ordered.append(tensor)
    }
    if let unknown = inputs.keys.sorted().first(where: { name in !entry.inputs.contains { $0.name == name } })
    {
      throw .wrongArgument("'\(entry.name)' has no input '\(unknown)'")
    }
    let outputs = try run(entry.name, inOrder: ordered, symbols: symbols)
    return Dictionary(uniqueKeysWithValues: zip(entry.outputs.map(\.name), outputs))
  }

  /// Runs an entry; inputs and outputs are in the order of the entry.
  ///
  /// - Parameter symbols: values of open dimensions that don't follow from the inputs.
  public func run(
    _ entry: String = "forward", inOrder inputs: [Tensor], symbols: [String: Int] = [:]
  ) throws(RuntimeError) -> [Tensor] {
    let call = try prepare(entry, inputs: inputs, symbols: symbols)
    var outputs = call.makeOutputs()
    try call.run(inputs, into: &outputs)
    return outputs
  }

  /// Fixes the shapes of an entry's inputs, so that it can be run again and again without allocating memory.
  ///
  /// - Parameters:
  ///   - inputs: examples of the inputs, in the order of the entry; only types and shapes matter.
  ///   - symbols: values of open dimensions that don't follow from the inputs.
  public func prepare(
    _ entry: String = "forward", inputs: [Tensor], symbols: [String: Int] = [:]
  ) throws(RuntimeError) -> PreparedCall {
    try PreparedCall(self, model.entry(entry), inputs: inputs, symbols: symbols)
  }

  /// Makes the workspace large enough.
  func reserveWorkspace(byteCount: Int) {
    if workspace.byteCount < byteCount { workspace = TensorStorage(byteCount: byteCount) }
  }
}
