import DLGraph

/// A model as kernels and the order in which they run.
public struct Program: Sendable {
  public var name: String
  public var kernels: [Kernel] = []
  public var functions: [ProgramFunction] = []
  public var states: [Module.State] = []
  public var weights = WeightLayout()

  public init(name: String) { self.name = name }
}

/// One entry point: its signature, its memory and its steps.
public struct ProgramFunction: Sendable {
  public var name: String
  /// The open dimensions, in the order of the call.
  public var symbols: [Symbol]
  public var inputs: [Argument]
  public var outputs: [Argument]
  public var buffers: [ProgramBuffer] = []
  public var steps: [Step] = []
  /// What the launches compute, one or several launches for each.
  public var origins: [Origin] = []
  /// For every launch, in the order in which they stand in the steps, the index of its origin.
  public var launchOrigins: [Int] = []
  /// The bytes of workspace that a call needs.
  public var workspaceByteCount = 0
  /// The most bytes of values and scratch that are needed at one time: no workspace could be smaller.
  public var leastWorkspaceByteCount = 0

  public struct Argument: Hashable, Sendable {
    public var name: String
    public var type: TensorType

    public init(name: String, type: TensorType) {
      self.name = name
      self.type = type
    }
  }

  public init(name: String, symbols: [Symbol], inputs: [Argument], outputs: [Argument]) {
    self.name = name
    self.symbols = symbols
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// Memory of an entry point.
public struct ProgramBuffer: Hashable, Sendable {
  public enum Location: Hashable, Sendable {
    case input(Int)
    case output(Int)
    case state(Int)
    /// At this offset in bytes of the weight blob.
    case weights(Int)
    /// At this offset in bytes of the workspace.
    case workspace(Int)
  }

  public var name: String
  public var elementType: ElementType
  public var location: Location

  public init(name: String, elementType: ElementType, location: Location) {
    self.name = name
    self.elementType = elementType
    self.location = location
  }
}

/// A buffer from an offset on.
public struct BufferView: Hashable, Sendable {
  /// The index in `ProgramFunction.buffers`.
  public var buffer: Int
  /// In elements.
  public var offset: IntegerExpression

  public init(buffer: Int, offset: IntegerExpression = 0) {
    self.buffer = buffer
    self.offset = offset
  }
}

/// A step of an entry point.
public indirect enum Step: Hashable, Sendable {
  /// Runs a kernel (an index into `Program.kernels`) with buffers for its arguments and values for its symbols.
  case launch(kernel: Int, arguments: [BufferView], symbols: [IntegerExpression])
  /// `for symbol in 0..<extent`
  case loop(Symbol, extent: IntegerExpression, [Step])
  /// Runs `condition`, reads one bool from `flag`, and if it is true runs `body` and starts again.
  case whileLoop(condition: [Step], flag: BufferView, body: [Step])
}
