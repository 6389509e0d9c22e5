import DLLowering
import DLTestSupport
import Testing

struct MemoryPlanTests {
  private typealias Request = MemoryPlan.Request

  @Test func buffersThatLiveTogetherLieApart() {
    var random = SplitMix(seed: 1)
    for _ in 0..<300 {
      let requests = (0..<random.int(0...30)).map { _ in
        let first = random.int(0...40)
        return Request(byteCount: random.int(0...5000), lifetime: first...first + random.int(0...10))
      }
      let plan = MemoryPlan(requests, alignment: 64)
      #expect(plan.offsets.count == requests.count)
      #expect(plan.offsets.allSatisfy { $0 >= 0 && $0 % 64 == 0 })
      #expect(plan.byteCount >= plan.lowerBound)
      for (i, a) in requests.enumerated() {
        #expect(plan.offsets[i] + a.byteCount <= plan.byteCount)
        for (j, b) in requests.enumerated().dropFirst(i + 1) where a.lifetime.overlaps(b.lifetime) {
          let areApart =
            plan.offsets[i] + a.byteCount <= plan.offsets[j]
            || plan.offsets[j] + b.byteCount <= plan.offsets[i]
          #expect(areApart, "\(a) at \(plan.offsets[i]), \(b) at \(plan.offsets[j])")
        }
      }
    }
  }

  @Test func memoryIsUsedAgain() {
    let chain = (0..<10).map { Request(byteCount: 1000, lifetime: $0...$0 + 1) }
    let plan = MemoryPlan(chain, alignment: 64)
    #expect(plan.byteCount == 2048)
    #expect(plan.lowerBound == 2048)
  }

  @Test func severalOrdersAreTried() {
    var random = SplitMix(seed: 2)
    var (sum, bound) = (0, 0)
    for _ in 0..<100 {
      let requests = (0..<40).map { _ in
        let first = random.int(0...60)
        return Request(byteCount: 64 * random.int(1...50), lifetime: first...first + random.int(0...6))
      }
      let plan = MemoryPlan(requests, alignment: 64)
      sum += plan.byteCount
      bound += plan.lowerBound
    }
    #expect(Double(sum) < 1.02 * Double(bound))
  }

  @Test func nothingNeedsNothing() { #expect(MemoryPlan([], alignment: 64).byteCount == 0) }
}
