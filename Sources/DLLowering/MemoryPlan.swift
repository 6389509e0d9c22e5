/// Places buffers with known lifetimes in one workspace.
///
/// Greedy: one after the other, each at the lowest offset where it meets no other that lives at the same time; in several
/// orders, of which the best counts. See Pisarchyk and Lee, "Efficient memory management for deep neural net inference",
/// 2020, for that by size.
package struct MemoryPlan {
  package struct Request {
    package var byteCount: Int
    /// The steps, first and last, between which the contents matter.
    package var lifetime: ClosedRange<Int>

    package init(byteCount: Int, lifetime: ClosedRange<Int>) {
      self.byteCount = byteCount
      self.lifetime = lifetime
    }
  }

  /// The offset of each request, in bytes.
  package let offsets: [Int]
  /// The size of the workspace.
  package let byteCount: Int
  /// The most bytes that are alive at one step: no plan needs less.
  package let lowerBound: Int

  package init(_ requests: [Request], alignment: Int) {
    let sizes = requests.map { ($0.byteCount + alignment - 1) / alignment * alignment }
    let lowerBound = Self.mostAlive(requests, sizes)
    var best = Self.place(requests, sizes) { -sizes[$0] }
    let others: [(Int) -> Int] = [
      { -sizes[$0] * requests[$0].lifetime.count }, { -requests[$0].lifetime.count },
      { requests[$0].lifetime.lowerBound }, { -requests[$0].lifetime.upperBound },
    ]
    for rank in others where best.byteCount > lowerBound {
      let plan = Self.place(requests, sizes, by: rank)
      if plan.byteCount < best.byteCount { best = plan }
    }
    (offsets, byteCount) = best
    self.lowerBound = lowerBound
  }

  /// Places the requests of the least rank first, and of those the largest.
  private static func place(
    _ requests: [Request], _ sizes: [Int], by rank: (Int) -> Int
  ) -> (offsets: [Int], byteCount: Int) {
    let order = requests.indices.sorted { (rank($0), -sizes[$0], $0) < (rank($1), -sizes[$1], $1) }
    var offsets = [Int](repeating: 0, count: requests.count)
    var placed: [Int] = []
    var total = 0
    for index in order {
      let rivals = placed.filter { requests[$0].lifetime.overlaps(requests[index].lifetime) }
        .sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for rival in rivals where offsets[rival] < offset + sizes[index] {
        offset = max(offset, offsets[rival] + sizes[rival])
      }
      offsets[index] = offset
      total = max(total, offset + sizes[index])
      placed.append(index)
    }
    return (offsets, total)
  }

  /// The most bytes that are alive at one step.
  private static func mostAlive(_ requests: [Request], _ sizes: [Int]) -> Int {
    var changes: [Int: Int] = [:]
    for (request, size) in zip(requests, sizes) {
      changes[request.lifetime.lowerBound, default: 0] += size
      changes[request.lifetime.upperBound + 1, default: 0] -= size
    }
    var alive = 0
    return changes.sorted { $0.key < $1.key }.reduce(0) { most, change in
      alive += change.value
      return max(most, alive)
    }
  }
}
