import DLGraph
import DLOperations
import DLTestSupport
import Testing

/// What every primitive owes: a description, a place in the order, a text form, numbers to compare with.
struct PrimitivesTests {
  @Test func everyPrimitiveIsDocumented() {
    for type in Primitives.all {
      let documentation = type.documentation
      #expect(!documentation.names.isEmpty, "\(type)")
      #expect(documentation.summary.hasSuffix("."), "\(documentation.names)")
      #expect(!documentation.form.isEmpty, "\(documentation.names)")
    }
  }

  @Test func namesAreUniqueAndSorted() {
    let names = Primitives.all.flatMap { $0.documentation.names }
    #expect(Set(names).count == names.count)
    let first = Primitives.all.compactMap { $0.documentation.names.first }
    #expect(first == first.sorted())
    #expect(Primitives.names == names.sorted())
  }

  @Test func unknownNamesMakeNothing() throws {
    #expect(try Primitives.make(name: "softmax", attributes: [:]) == nil)
  }

  @Test(arguments: ReferenceCase.files)
  func attributesDetermineTheOperation(file: String) throws {
    for reference in try ReferenceCase.load(file) {
      try expectRoundTrip(reference.operation)
    }
  }

  @Test func operationsWithoutReferencesRoundTripToo() throws {
    for operation in operationsWithoutReferences { try expectRoundTrip(operation) }
  }

  @Test func everyPrimitiveHasANumericCase() throws {
    var missing = Set(Primitives.names)
    for file in ReferenceCase.files {
      for reference in try ReferenceCase.load(file) where !reference.results.isEmpty {
        missing.remove(reference.operation.name)
      }
    }
    // These have theirs in EvaluatorTests.
    #expect(missing.isSubset(of: operationsWithoutReferences.map(\.name)), "\(missing.sorted())")
  }

  private var operationsWithoutReferences: [any Primitive] {
    let body = Graph(name: "body")
    let literal = f32(1, 2)
    return [
      Constant(literal, name: "weight"), Extent(Dimension(Symbol("T"))),
      Parameter(name: "weight", type: literal.type, isTrained: true),
      Scan(body: body, carries: 1, sequences: 2, reverse: true),
      While(condition: body, body: body, carries: 3), Group(body: body),
    ]
  }

  private func expectRoundTrip(_ operation: any Primitive) throws {
    let made = try #require(try Primitives.make(name: operation.name, attributes: operation.attributes))
    #expect(made.isEqual(to: operation), "\(operation.name)")
    #expect(type(of: made).documentation.names.contains(operation.name))
    for index in operation.attributes.entries.indices {
      var entries = operation.attributes.entries
      let removed = entries.remove(at: index)
      if removed.name == "name", operation is Constant { continue }
      if removed.name == "result", operation is Convolve { continue }
      #expect(throws: TypeError("the attribute `\(removed.name)` is missing"), "\(operation.name)") {
        _ = try Primitives.make(name: operation.name, attributes: AttributeList(entries: entries))
      }
    }
  }
}
