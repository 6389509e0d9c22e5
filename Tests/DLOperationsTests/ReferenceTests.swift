import DLEvaluation
import DLGraph
import DLOperations
import DLTestSupport
import Testing

/// Evaluation against the results of NumPy and PyTorch.
struct ReferenceTests {
  @Test(arguments: ReferenceCase.files)
  func evaluationAgrees(file: String) throws {
    let cases = try ReferenceCase.load(file)
    #expect(!cases.isEmpty)
    for reference in cases {
      let name = "\(file) \(reference.id): \(reference.operation.name) \(reference.operation.attributes)"
      do {
        let results = try apply(reference.operation, reference.operands)
        #expect(results.count == reference.results.count, "\(name)")
        for (index, (result, expected)) in zip(results, reference.results).enumerated() {
          if let difference = difference(result, expected) {
            Issue.record("\(name), result \(index): \(difference)")
          }
        }
      } catch {
        Issue.record("\(name): \(error)")
      }
    }
  }

  @Test func thereAreReferences() { #expect(ReferenceCase.files.count > 20) }
}
