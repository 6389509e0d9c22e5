import DLCompiler
import DLElaboration
import DLEvaluation
import DLGraph
import DLSyntax
import DLTestSupport
import Foundation
import Testing

/// The module `random`, compiled. `LayerReferenceTests` compares its numbers with another implementation.
struct RandomTests {
  private static func module(_ functions: String) throws -> Module {
    let text = "import random\n\nmodel Random {\n  dim N in 1...100000\n\n\(functions)\n}\n"
    return try Compiler().elaborate(SourceFile(name: "random.dl", text: text))
  }

  private static func drawing(_ call: String, _ type: String, _ shape: String) throws -> Module {
    try module("  func draw(seed: i64[], x: bool[N]) -> \(type)[\(shape)] { return random.\(call) }")
  }

  private static func scalar(_ value: Int64) -> Literal { Literal(.i64, shape: [], elements: [value]) }

  /// `count` numbers for a seed.
  private static func draw(_ call: String, seed: Int64, count: Int) throws -> [Double] {
    let native = try NativeModule(drawing(call, "any", "N"))
    let x = Literal(.bool, shape: [count], elements: [UInt8](repeating: 0, count: count))
    return try native.run("draw", [scalar(seed), x])[0].doubles
  }

  /// The known answers of Random123 for philox4x32-10.
  @Test func philoxGivesTheKnownAnswers() throws {
    let module = try Self.module(
      """
        func words(a: i64[3], b: i64[3], c: i64[3], d: i64[3], k: i64[3], l: i64[3]) -> any[4, 3] {
          let (e, f, g, h) = random.philox((a, b, c, d), (k, l))
          return stack([e, f, g, h])
        }
      """)
    let all: Int64 = 0xffff_ffff
    let inputs: [[Int64]] = [
      [0, all, 0x243f_6a88], [0, all, 0x85a3_08d3], [0, all, 0x1319_8a2e], [0, all, 0x0370_7344],
      [0, all, 0xa409_3822], [0, all, 0x299f_31d0],
    ]
    let results = try NativeModule(module).run(
      "words", inputs.map { Literal(.i64, shape: [3], elements: $0) })
    let expected: [Int64] = [
      0x6627_e8d5, 0x408f_276d, 0xd16c_fe09, 0xe169_c58d, 0x41c8_3b0e, 0x94fd_cceb,
      0xbc57_ac4c, 0xa20b_c7c6, 0x5001_e420, 0x9b00_dbd8, 0x6d54_51fd, 0x2412_6ea1,
    ]
    #expect(results[0] == Literal(.i64, shape: [4, 3], elements: expected))
  }

  /// Integers bit for bit, and whatever is made of them without a logarithm.
  @Test(arguments: ["bits", "uniform", "normal", "exponential", "gumbel"])
  func compiledNumbersAreThoseOfTheEvaluator(name: String) throws {
    let module = try Self.drawing("\(name)(seed, [3, N], stream: 2)", "any", "3, N")
    let inputs = [
      Self.scalar(-7), Literal(.bool, shape: [1013], elements: [UInt8](repeating: 0, count: 1013)),
    ]
    let expected = try Evaluator().evaluate(module.graphs[0], inputs: inputs)[0]
    let one = try NativeModule(module).run("draw", inputs)[0]
    let isExact = name == "bits" || name == "uniform"
    #expect(isExact ? one == expected : one.difference(from: expected, tolerance: 1e-6) == nil)
    #expect(try NativeModule(module, threads: 4).run("draw", inputs)[0] == one)
  }

  /// A longer vector begins like a shorter one, and other seeds and streams give other numbers.
  @Test func numbersDependOnSeedStreamAndPlaceAlone() throws {
    let numbers = try Self.draw("bits(seed, [N])", seed: 3, count: 100)
    #expect(try Self.draw("bits(seed, [N])", seed: 3, count: 40) == Array(numbers[..<40]))
    #expect(try Self.draw("bits(seed, [N], stream: 0)", seed: 3, count: 100) == numbers)
    let others = [
      try Self.draw("bits(seed, [N])", seed: 4, count: 100),
      try Self.draw("bits(seed, [N], stream: 1)", seed: 3, count: 100),
      try Self.draw("bits(seed, [N])", seed: 3 + 1 << 32, count: 100),
    ]
    for other in others { #expect(zip(numbers, other).allSatisfy { $0 != $1 }) }
  }

  /// The greatest distance between the numbers' distribution and the one they should have, times the root of their count,
  /// as Kolmogorov and Smirnov test it: above 1.63 for one in a hundred samples.
  private static func distance(_ numbers: [Double], _ distribution: (Double) -> Double) -> Double {
    let count = Double(numbers.count)
    let distances = numbers.sorted().enumerated().map { index, number in
      let expected = distribution(number)
      return max(abs(expected - Double(index) / count), abs(Double(index + 1) / count - expected))
    }
    return (distances.max() ?? 0) * count.squareRoot()
  }

  private static let distributions: [String: @Sendable (Double) -> Double] = [
    "uniform": { $0 },
    "normal": { erfc(-$0 / 2.0.squareRoot()) / 2 },
    "exponential": { 1 - exp(-$0) },
    "gumbel": { exp(-exp(-$0)) },
  ]

  @Test(arguments: distributions.keys.sorted(), [1, 2, 3] as [Int64])
  func numbersHaveTheirDistribution(name: String, seed: Int64) throws {
    let numbers = try Self.draw("\(name)(seed, [N])", seed: seed, count: 50000)
    let distribution = try #require(Self.distributions[name])
    #expect(Self.distance(numbers, distribution) < 1.63)
  }

  @Test func normalNumbersHaveTheirMoments() throws {
    let numbers = try Self.draw("normal(seed, [N])", seed: 5, count: 100_000)
    let count = Double(numbers.count)
    // Each moment with four times its standard deviation.
    let moments: [(power: Double, mean: Double, variance: Double)] = [
      (1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96),
    ]
    for moment in moments {
      let mean = numbers.reduce(0) { $0 + pow($1, moment.power) } / count
      let bound = 4 * (moment.variance / count).squareRoot()
      #expect(abs(mean - moment.mean) < bound, "moment \(moment.power)")
    }
    let neighbours = zip(numbers, numbers.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / count
    #expect(abs(neighbours) < 4 / count.squareRoot())
  }

  /// Whether an event that has a probability may well happen so often: within four standard deviations.
  private static func isLikely(_ times: Int, of count: Int, _ probability: Double) -> Bool {
    let deviation = (Double(count) * probability * (1 - probability)).squareRoot()
    return abs(Double(times) - Double(count) * probability) <= 4 * deviation
  }

  /// Classes and truths come as often as their probabilities say.
  @Test func choicesHaveTheirProbabilities() throws {
    let classes = try Self.draw(
      "categorical(seed, log(tensor([0.1, 0.2, 0.0, 0.7])).expand(N, 4))", seed: 6, count: 40000)
    for (value, probability) in [(0.0, 0.1), (1, 0.2), (2, 0), (3, 0.7)] {
      #expect(Self.isLikely(classes.count { $0 == value }, of: classes.count, probability))
    }
    let truths = try Self.draw("bernoulli(seed, full([N], 0.3))", seed: 7, count: 40000)
    #expect(Self.isLikely(truths.count { $0 == 1 }, of: truths.count, 0.3))
  }
}
