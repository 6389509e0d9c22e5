/// How many columns pieces take on one line, up to the first line break in them that is there for certain.
extension Outline {
  /// The width of pieces on one line, without a space before the first.
  func width(of pieces: ArraySlice<Piece>) -> Int {
    var measure = Measure()
    add(pieces, isLeading: true, to: &measure)
    return measure.width
  }

  /// The width of a group on one line, with what can't be separated from it of the pieces that follow: all up to the
  /// next group that can be broken.
  func width(of group: Group, before rest: ArraySlice<Piece>) -> Int {
    var measure = Measure()
    add(group, to: &measure)
    for piece in rest {
      guard !measure.isCut, !keepsBreak[piece.first] else { break }
      if hasSpace(before: piece.first) { measure.width += 1 }
      if case .group(let next) = piece, next.isBreakable {
        measure.width += 1
        break
      }
      add([piece], isLeading: true, to: &measure)
    }
    return measure.width
  }

  /// A part of a list without the comma behind it.
  func withoutComma(_ part: [Piece]) -> [Piece] {
    guard let last = part.last, case .token(let index) = last, isSymbol(index, .comma), part.count > 1 else {
      return part
    }
    return part.dropLast()
  }

  private struct Measure {
    var width = 0
    /// Whether a line break follows.
    var isCut = false
  }

  private func add(_ pieces: ArraySlice<Piece>, isLeading: Bool, to measure: inout Measure) {
    for (position, piece) in pieces.enumerated() where !measure.isCut {
      if position > 0 || !isLeading {
        if keepsBreak[piece.first] {
          measure.isCut = true
          return
        }
        if hasSpace(before: piece.first) { measure.width += 1 }
      }
      switch piece {
      case .token(let index): measure.width += text(index).count
      case .group(let group): add(group, to: &measure)
      }
    }
  }

  private func add(_ group: Group, to measure: inout Measure) {
    measure.width += 1
    if group.isBroken {
      measure.isCut = true
      return
    }
    let isBraced = group.kind == .statements && !group.isEmpty
    if isBraced { measure.width += 1 }
    add(group.header[...], isLeading: true, to: &measure)
    if !group.header.isEmpty, !group.parts.isEmpty { measure.width += 1 }
    for (position, part) in group.parts.enumerated() where !measure.isCut {
      if position > 0 { measure.width += 1 }
      let isLast = position == group.parts.count - 1
      add((isLast ? withoutComma(part) : part)[...], isLeading: true, to: &measure)
    }
    if measure.isCut { return }
    measure.width += isBraced ? 2 : 1
  }
}
