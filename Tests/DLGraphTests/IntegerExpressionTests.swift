import DLGraph
import Testing

@Suite struct IntegerExpressionTests {
  static let context = Symbol("S", lower: 2, upper: 12)
  static let symbols = [
    context, Symbol("B", lower: 1, upper: 7), Symbol("T", lower: 1, upper: IntegerExpression(context)),
    Symbol("i", lower: 0, upper: IntegerExpression(context) - 1), Symbol("n", lower: -4), Symbol("z"),
  ]

  private func forEachSample(
    _ count: Int = 3000, seed: UInt64, depth: Int = 4,
    _ body: (ExpressionGenerator.Sample, inout ExpressionGenerator) throws -> Void
  ) rethrows {
    var generator = ExpressionGenerator(symbols: Self.symbols, random: SplitMix(state: seed))
    for _ in 0..<count {
      let sample = generator.sample(depth: Int.random(in: 1...depth, using: &generator.random))
      try body(sample, &generator)
    }
  }

  @Test func simplificationKeepsTheValue() {
    forEachSample(seed: 1) { sample, generator in
      for _ in 0..<8 {
        let values = generator.assignment()
        #expect(sample.expression.evaluate { values[$0] } == sample.value(values), "\(sample.expression)")
      }
    }
  }

  @Test func boundsHold() {
    forEachSample(seed: 2) { sample, generator in
      let (lower, upper) = (sample.expression.lowerBound, sample.expression.upperBound)
      for _ in 0..<8 {
        let value = sample.value(generator.assignment())
        if let lower { #expect(lower <= value, "\(sample.expression)") }
        if let upper { #expect(value <= upper, "\(sample.expression)") }
        for bound in -2...2 where sample.expression.isProvably(atLeast: bound) {
          #expect(value >= bound, "\(sample.expression)")
        }
      }
    }
  }

  @Test func equalPolynomialsAreEqual() {
    forEachSample(1000, seed: 3, depth: 3) { a, generator in
      let b = generator.sample(depth: 2).expression
      let c = generator.sample(depth: 2).expression
      let a = a.expression
      #expect(a + b == b + a)
      #expect(a * b == b * a)
      #expect((a + b) + c == a + (b + c))
      #expect(a - a == 0)
      #expect(a * (b + c) == a * b + a * c)
    }
  }

  @Test func substitutionKeepsTheValue() {
    forEachSample(seed: 4) { sample, generator in
      let values = generator.assignment()
      // One symbol by a number, then all of them.
      let symbol = Self.symbols[Int.random(in: 0..<Self.symbols.count, using: &generator.random)]
      let one = sample.expression.substituting([symbol: IntegerExpression(values[symbol] ?? 0)])
      #expect(one.evaluate { values[$0] } == sample.value(values), "\(sample.expression) with \(symbol.name)")
      let all = sample.expression.substituting(values.mapValues { IntegerExpression($0) })
      #expect(all.constantValue == sample.value(values), "\(sample.expression)")
    }
  }

  @Test func linearCoefficientsAreRight() {
    forEachSample(seed: 5) { sample, generator in
      let symbol = Self.symbols[1]
      guard let coefficient = sample.expression.linearCoefficient(of: symbol) else { return }
      let rest = sample.expression - coefficient * IntegerExpression(symbol)
      #expect(!rest.symbols.contains(symbol), "\(sample.expression)")
      #expect(!coefficient.symbols.contains(symbol), "\(sample.expression)")
    }
  }

  @Test func whatReshapesUndoVanishes() {
    let x = IntegerExpression(Symbol("x", lower: 0, upper: 99))
    #expect(x.floorDivided(by: 4) * 4 + x.modulo(4) == x)
    #expect((x * 4 + 3).floorDivided(by: 4) == x)
    #expect((x * 4 + 3).modulo(4) == 3)
    #expect(x.floorDivided(by: 4).floorDivided(by: 5) == x.floorDivided(by: 20))
    #expect(x.modulo(100) == x)
  }

  @Test func blocksAreDividedAsWholes() {
    let t = IntegerExpression(Symbol("t", lower: 0, upper: 99))
    let i = IntegerExpression(Symbol("i", lower: 0, upper: 13))
    #expect((t * 14 + i).floorDivided(by: 112) == t.floorDivided(by: 8))
    #expect((t * 14 + i).modulo(112) == t.modulo(8) * 14 + i)
    #expect((t * 14 - i + 13).floorDivided(by: 28) == t.floorDivided(by: 2))
    #expect((t * 14 + i + 1).floorDivided(by: 112) != t.floorDivided(by: 8))
    #expect((t * 9 + i).floorDivided(by: 56).symbols.count == 2)
  }

  @Test func extremeNumbersDoNotTrap() {
    let extremes = [Int.min, Int.min + 1, -1, 0, 1, Int.max - 1, Int.max].map { IntegerExpression($0) }
    let z = IntegerExpression(Symbol("z"))
    for a in extremes {
      for b in extremes {
        for (x, y) in [(a, b), (a * z, b), (z + a, b), (a, b * z), (a * z, b * z)] {
          let results = [x + y, x - y, x * y, x.floorDivided(by: y), x.modulo(y), .min(x, y), .max(x, y)]
          for result in results { _ = (result.lowerBound, result.upperBound, result.evaluate { _ in 3 }) }
        }
      }
    }
  }
}
