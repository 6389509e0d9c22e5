import DLGraph

/// One compiled loop nest: a function of buffers and integer arguments.
///
/// Inside, values are scalars of one iteration; which loops run as vectors is said by the loop's kind, and the code
/// generator widens what depends on such a loop.
public struct Kernel: Hashable, Sendable {
  public var name: String
  /// The memory it works on, indexed by `BufferID`: first the arguments, then the local arrays.
  public var buffers: [Buffer]
  /// The integer arguments: dimensions left open, and indices of loops around the call.
  public var symbols: [Symbol]
  /// The types of the locals, indexed by `Local`.
  public var locals: [ElementType] = []
  /// The outermost loop, whose iterations may run on different threads; nil where the kernel runs in one piece.
  public var grid: Grid?
  public var body: Block = []

  /// The independent iterations of a kernel.
  public struct Grid: Hashable, Sendable {
    /// The index of the iteration; free in the body.
    public var symbol: Symbol
    public var extent: IntegerExpression
    /// The least number of iterations worth handing to another thread.
    public var grain: Int
    /// The index of a loop around the call, one of the kernel's symbols: where it is odd, each thread takes its iterations
    /// in descending order, so that it begins with what it had in its cache at the end of the call before.
    public var repetition: Symbol?

    public init(symbol: Symbol, extent: IntegerExpression, grain: Int) {
      self.symbol = symbol
      self.extent = extent
      self.grain = grain
    }
  }

  public init(name: String, buffers: [Buffer] = [], symbols: [Symbol] = []) {
    self.name = name
    self.buffers = buffers
    self.symbols = symbols
  }

  public subscript(buffer: BufferID) -> Buffer { buffers[buffer.index] }

  public func type(of local: Local) -> ElementType { locals[local.index] }

  /// The buffers that the caller passes, in order.
  public var arguments: ArraySlice<Buffer> { buffers.prefix { $0.space.isArgument } }
}

/// Names a buffer of one kernel.
public struct BufferID: Hashable, Comparable, Sendable {
  public let index: Int
  public init(_ index: Int) { self.index = index }
  public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// Names a value of one kernel. It is defined once, before its uses, in the same or an enclosing block.
public struct Local: Hashable, Comparable, Sendable {
  public let index: Int
  public init(_ index: Int) { self.index = index }
  public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// A piece of memory: elements of one type at integer indices.
public struct Buffer: Hashable, Sendable {
  public enum Space: Hashable, Sendable {
    /// Passed by the caller; no other argument that is written overlaps it.
    case input
    /// Passed by the caller and written.
    case output
    /// An array of the kernel, uninitialized at entry. Small ones whose indices are constant after unrolling live in
    /// registers; the others on the stack.
    case local(count: Int)

    public var isArgument: Bool { if case .local = self { false } else { true } }
  }

  public var name: String
  public var elementType: ElementType
  public var space: Space

  public init(_ name: String, _ elementType: ElementType, _ space: Space) {
    self.name = name
    self.elementType = elementType
    self.space = space
  }
}

public typealias Block = [Statement]

/// One step of a loop nest.
public indirect enum Statement: Hashable, Sendable {
  /// Gives a local its value.
  case define(Local, Instruction)
  /// Makes the value of an integer local usable in index expressions of the rest of the block, as `symbol`.
  case bind(Symbol, Local)
  /// Writes an element. With a mask (a bool) only where it is true.
  case store(Local, BufferID, at: IntegerExpression, mask: Local?)
  /// `buffer[at] = function(buffer[at], value)`. Where `at` does not depend on an enclosing vector loop, the lanes'
  /// values are combined in an unspecified but fixed order.
  case accumulate(ReductionFunction, Local, BufferID, at: IntegerExpression)
  /// Asks for an element to be brought near, into the second-level cache: only time changes. The index may lie outside
  /// the buffer.
  case prefetch(BufferID, at: IntegerExpression)
  case transpose(BlockTransposition)
  case loop(Loop)
  /// A branch on a bool that does not depend on a vector loop.
  case conditional(Local, then: Block, else: Block)
}

/// The copy of a block of a buffer with its axes swapped: row `r` and column `c` of the block are at
/// `source + r * sourceStride + c`, and go to `target + c * targetStride + r`.
public struct BlockTransposition: Hashable, Sendable {
  public var from: BufferID
  public var source: IntegerExpression
  public var sourceStride: IntegerExpression
  public var to: BufferID
  public var target: IntegerExpression
  public var targetStride: IntegerExpression
  /// At most as many as a vector has lanes.
  public var rows: Int
  /// Likewise.
  public var columns: Int

  public init(
    from: BufferID, at source: IntegerExpression, stride sourceStride: IntegerExpression, to: BufferID,
    at target: IntegerExpression, stride targetStride: IntegerExpression, rows: Int, columns: Int
  ) {
    self.from = from
    self.source = source
    self.sourceStride = sourceStride
    self.to = to
    self.target = target
    self.targetStride = targetStride
    self.rows = rows
    self.columns = columns
  }
}

/// `for symbol in 0..<extent { body }`
public struct Loop: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    /// One iteration after the other.
    case serial
    /// Independent iterations (but for `accumulate`), run as many at once as fit into a vector; the rest by a mask.
    case vector
    /// Copied as often as the constant extent says.
    case unrolled
    /// Both: every vector, and the masked rest, is copied. The extent is at most a few vectors.
    case unrolledVector = "unrolled_vector"
  }

  public var symbol: Symbol
  public var extent: IntegerExpression
  public var kind: Kind
  public var body: Block

  public init(_ symbol: Symbol, extent: IntegerExpression, kind: Kind, body: Block) {
    self.symbol = symbol
    self.extent = extent
    self.kind = kind
    self.body = body
  }
}

/// What a local is defined as.
public enum Instruction: Hashable, Sendable {
  /// A floating-point constant of a floating-point type.
  case floating(Double, ElementType)
  /// An integer constant of an integer type, or 0 or 1 of bool.
  case integer(Int, ElementType)
  /// An index as an `i64`.
  case index(IntegerExpression)
  /// Reads an element; with a mask (a bool), 0 where it is false, and then the index need not be valid.
  case load(BufferID, at: IntegerExpression, mask: Local?)
  case unary(UnaryFunction, Local)
  case binary(BinaryFunction, Local, Local)
  /// `a * b + c`, rounded once where the target has the instruction.
  case multiplyAdd(Local, Local, Local)
  case compare(Comparison, Local, Local)
  case select(Local, Local, Local)
  /// Floating point to integer truncates and saturates, NaN becomes 0; integers wrap; to bool means `!= 0`.
  case convert(Local, to: ElementType)
  /// Reads adjacent elements of one or two bytes, from the one at the index on, as an `i32` with the first in its lowest
  /// bits.
  case loadWord(BufferID, at: IntegerExpression)
  /// `c` and the products of the elements of two words, an `i32` each.
  case dotProduct(DotProduct, Local, Local, Local)
  /// Of sixteen `f32`, the one whose number the lowest four bits of an `i32` are.
  case lookup([Float], Local)
}

/// A sum of the products of elements that lie side by side in words: one instruction of many processors.
public enum DotProduct: String, CaseIterable, Hashable, Sendable {
  /// Four bytes, the left ones unsigned, the right ones signed, summed in an `i32` that wraps around.
  case bytes
  /// The same where neither the sum of the first two products nor that of the last two leaves 16 bits.
  case boundedBytes = "bounded_bytes"
  /// Two `bf16`, summed in an `f32`. Subnormal numbers may count as zeros, and the order of the additions is the target's.
  case bfloats

  /// The type of the sum.
  public var sum: ElementType { self == .bfloats ? .f32 : .i32 }

  /// The number of elements in a word.
  public var elementCount: Int { self == .bfloats ? 2 : 4 }
}
