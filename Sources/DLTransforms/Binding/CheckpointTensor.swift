import DLFormats
import DLGraph

/// A tensor of a checkpoint as a model sees it: floats, however the file stores them.
struct CheckpointTensor {
  /// How the file stores it.
  enum Storage {
    /// One element after the other.
    case dense(Literal)
    /// Blocks with their scales.
    case blocks(TensorFile.Entry)
    /// Integers beside tensors of scales and zeros.
    case integers(IntegerWeights)
  }

  /// The name in the file.
  let name: String
  let type: TensorType
  let storage: Storage

  /// The tensors of a file. Those that only say how to read another one are part of that one.
  ///
  /// Integers with scales follow the names that compressed-tensors writes: beside `x.weight` (`i8`) stands
  /// `x.weight_scale`; four bits are `x.weight_packed` with `x.weight_scale` and `x.weight_shape`. Where there is
  /// `…_zero_point`, the integers are taken relative to it.
  ///
  /// - Parameter problems: gets a line for each tensor whose parts don't fit.
  static func all(of file: TensorFile, problems: inout [String]) -> [CheckpointTensor] {
    let entries = Dictionary(uniqueKeysWithValues: file.entries.map { ($0.name, $0) })
    var parts: Set<String> = []
    var found: [CheckpointTensor] = []
    for entry in file.entries {
      guard let group = IntegerWeights.Names(entry.name, in: entries) else { continue }
      parts.formUnion(group.parts)
      do {
        let weights = try IntegerWeights(group, entries)
        let shape = [weights.channels, weights.terms].map { Dimension($0) }
        found.append(
          CheckpointTensor(name: group.base, type: TensorType(.f32, shape), storage: .integers(weights)))
      } catch {
        problems.append("tensor '\(entry.name)': \(error.message)")
        parts.insert(entry.name)
      }
    }
    for entry in file.entries where !parts.contains(entry.name) {
      let storage: Storage = entry.encoding == nil ? .dense(entry.literal) : .blocks(entry)
      found.append(CheckpointTensor(name: entry.name, type: entry.type, storage: storage))
    }
    return found
  }

  /// The numbers one by one: integers and blocks as `f32`.
  var dense: Literal {
    switch storage {
    case .dense(let literal): literal
    case .blocks(let entry): entry.decoded
    case .integers(let weights): weights.decoded
    }
  }

  /// The weights as integers with scales, as they are in the file; nil where they are no such.
  ///
  /// - Parameter order: how the integers shall lie.
  func stored(_ order: StoredWeights.Order) -> StoredWeights? {
    switch storage {
    case .dense: nil
    case .blocks(let entry): StoredWeights(entry, order: order)
    case .integers(let weights): weights.stored(order)
    }
  }
}
