import CDLRuntime
import DLLoops

extension TargetDescription {
  /// Whether this machine has all features of the target, by the check that a compiled model makes when it is loaded.
  /// Names of another architecture's features are none of this one's.
  public var runsHere: Bool { dlc_cpu_missing(features.joined(separator: ","), nil, 0) == 0 }
}
