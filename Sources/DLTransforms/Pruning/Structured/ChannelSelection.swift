import DLGraph

/// Channels of which some may go: those of one layer, or of several layers whose channels are tied.
struct ChannelDomain {
  /// The parameter that named the domain first.
  var parameter: String
  /// Each set once, in the order of the parameter's channels.
  var channels: [ChannelCoupling.Channel]
}

extension ChannelRemoval {
  /// The sets that go: in each domain the least important ones, or the least of all domains together.
  ///
  /// Of all domains together, importance counts relative to the mean of the domain: weights differ in scale from layer to
  /// layer. What remains of a domain is a multiple of some number of channels, rounded up.
  func selected(
    from domains: [ChannelDomain], by importance: ChannelImportance
  ) -> Set<ChannelCoupling.Channel> {
    let scores = domains.map { domain in
      let sums = domain.channels.map { importance[$0] }
      let mean = sums.reduce(0, +) / Double(max(sums.count, 1))
      return mean > 0 ? sums.map { $0 / mean } : sums
    }
    var limits = scores.map { Int(Double($0.count) * share) }
    if isGlobal {
      let ranked = scores.enumerated().flatMap { domain, scores in scores.map { ($0, domain) } }
        .sorted { $0 < $1 }
      limits = limits.map { _ in 0 }
      for (_, domain) in ranked.prefix(Int(Double(ranked.count) * share)) { limits[domain] += 1 }
    }
    var removed: Set<ChannelCoupling.Channel> = []
    for (domain, (scores, limit)) in zip(domains, zip(scores, limits)) {
      let count = scores.count
      let multiple = min(multiple ?? defaultMultiple(of: count), count)
      let kept = min(count, max(1, (count - limit + multiple - 1) / multiple) * multiple)
      let ranked = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
      removed.formUnion(ranked.prefix(count - kept).map { domain.channels[$0] })
    }
    return removed
  }

  /// Heads may have any number. Channels fill vectors where there are many: 16 from 128 on, fewer where there are fewer.
  private func defaultMultiple(of count: Int) -> Int {
    if unit == .heads { return 1 }
    var multiple = 16
    while multiple > 1, count < multiple * 8 { multiple /= 2 }
    return multiple
  }
}
