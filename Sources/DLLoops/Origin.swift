import DLGraph

/// What launches compute: the part of the model they come from, and the work in it.
public struct Origin: Hashable, Sendable {
  /// The places in the source, in the order of the operations; none for copies that the compiler adds.
  public var sites: [Site]
  /// The arithmetic operations of one execution, a multiply-add counting as two.
  public var operations: IntegerExpression
  /// The bytes that one execution reads and writes at least.
  public var byteCount: IntegerExpression

  public init(sites: [Site], operations: IntegerExpression, byteCount: IntegerExpression) {
    self.sites = sites
    self.operations = operations
    self.byteCount = byteCount
  }

  /// The innermost layer that is involved: of several the first.
  public var principalSite: Site? {
    let depths = sites.map { $0.path.split(separator: ".").count }
    return zip(sites, depths).first { $0.1 == depths.max() }?.0
  }
}
