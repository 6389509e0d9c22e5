import DLGraph
import Synchronization

/// What the passes that make a model smaller did to which parameters.
public final class CompressionLog: Sendable {
  public struct Record: Hashable, Sendable {
    /// The parameter in the weight file.
    public var parameter: String
    /// The product that reads it.
    public var site: Site?
    /// What was done, in a few words.
    public var action: String
    public var effect = Effect.none
    /// How much stronger the outputs are than what this alone adds to them, in decibels; nil where it wasn't measured.
    public var signalToNoise: Double?
  }

  /// How a parameter becomes smaller.
  public enum Effect: Hashable, Sendable {
    case none
    /// It is stored or multiplied in fewer bits.
    case narrower
    /// Some of its weights are zero.
    case zeros
    /// It has fewer channels.
    case removed
  }

  private let storage = Mutex<[Record]>([])

  public init() {}

  /// The records in the order in which they were made.
  public var records: [Record] { storage.withLock { $0 } }

  /// Adds records after the others.
  public func add(_ records: [Record]) { storage.withLock { $0 += records } }
}
