import DLFormats
import DLLoops
import DLLowering
import Foundation

/// The measured choices of several machines, in a file that later builds read.
///
/// The file is JSON, `{"version": 1, "targets": {TARGET: {PROBLEM: {"rows": 9, "vectors": 3}}}}`, with its keys in order, so that
/// it can be kept under version control.
public struct TuningDatabase: JSONFile, Equatable, Sendable {
  private var version = Self.version
  private var targets: [String: [String: TileChoice]] = [:]

  public init() {}

  /// Reads a file.
  ///
  /// - Throws: where it can't be read, or isn't such a file.
  public init(path: String) throws(CompilerError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .failure("cannot read the tuning database '\(path)': 'dlc build --tune' makes one")
    }
    let decoder = JSONDecoder()
    // The version first: another one may have another layout.
    if let head = try? decoder.decode(Head.self, from: data), head.version != Self.version {
      throw .failure(
        "the tuning database '\(path)' has version \(head.version); this compiler reads \(Self.version)")
    }
    do {
      self = try decoder.decode(TuningDatabase.self, from: data)
    } catch {
      throw .failure("'\(path)' is not a tuning database of dlc: write a new one with --tune")
    }
  }

  private struct Head: Codable {
    var version: Int
  }

  /// The version of the files.
  private static let version = 1

  /// The choices for a target.
  public func table(for target: TargetDescription) -> TuningTable {
    TuningTable(targets[Self.name(of: target)] ?? [:])
  }

  public mutating func set(_ choice: TileChoice, for problem: String, on target: TargetDescription) {
    targets[Self.name(of: target), default: [:]][problem] = choice
  }

  /// What the speed of code depends on: the CPU with its features and caches.
  private static func name(of target: TargetDescription) -> String {
    let caches = target.cacheByteCounts.map { "\($0 >> 10)K" }.joined(separator: "/")
    return "\(target.triple) \(target.cpu) \(caches) \(target.features.joined(separator: ","))"
  }
}
