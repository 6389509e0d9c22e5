/// Suggestions for misspelt names.
public enum Spelling {
  /// The candidate that `name` was probably meant to be, or nil when none is close enough.
  ///
  /// A candidate is close when about a third of its letters at the most have to be changed (letters inserted, deleted,
  /// replaced, or two neighbours swapped), or when it differs in case and underscores alone. The closest one wins; of
  /// equally close ones the first in alphabetical order, so the answer doesn't depend on the order of `candidates`.
  public static func nearest(to name: String, in candidates: some Sequence<String>) -> String? {
    let folded = fold(name)
    var best: (distance: Int, candidate: String)?
    for candidate in candidates where candidate != name && !candidate.isEmpty {
      let distance: Int
      if fold(candidate) == folded {
        distance = 0
      } else {
        let limit = max(name.count, candidate.count) / 3
        guard limit > 0, let edits = editDistance(name, candidate, limit: limit) else { continue }
        distance = edits
      }
      if let best, (best.distance, best.candidate) <= (distance, candidate) { continue }
      best = (distance, candidate)
    }
    return best?.candidate
  }

  /// The hint that goes with a suggestion, or nil without one.
  public static func hint(for name: String, in candidates: some Sequence<String>) -> String? {
    nearest(to: name, in: candidates).map { "did you mean '\($0)'?" }
  }

  private static func fold(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }

  /// The number of edits between two strings (optimal string alignment), or nil when it is more than `limit`.
  static func editDistance(_ a: String, _ b: String, limit: Int) -> Int? {
    let a = Array(a)
    let b = Array(b)
    guard abs(a.count - b.count) <= limit else { return nil }
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforePrevious[j - 1] + 1) }
        row.append(cost)
      }
      guard row.contains(where: { $0 <= limit }) else { return nil }
      beforePrevious = previous
      previous = row
    }
    let distance = previous[b.count]
    return distance <= limit ? distance : nil
  }
}

extension Spelling {
  /// The keyword that `word` was meant to be: misspelt, or the word of another language for the same thing.
  static func meant(by word: String, among keywords: [String]) -> String? {
    if let translation = foreignWords[word], keywords.contains(translation) { return translation }
    return nearest(to: word, in: keywords)
  }

  private static let foreignWords = [
    "def": "func", "fn": "func", "fun": "func", "function": "func", "class": "layer", "struct": "layer",
    "module": "layer", "use": "import", "include": "import", "const": "let", "val": "let",
    "parameter": "param",
    "weight": "param", "elif": "if",
  ]
}
