import DLGraph
import DLSyntax

extension Elaborator {
  /// What a `prune` statement asks for.
  func pruning(_ statement: PruneStatement) throws -> Recipe.Action {
    let options = statement.options.map(\.option)
    if options.contains(.channels) || options.contains(.heads) { return .remove(try removal(statement)) }
    return .prune(try sparsity(statement))
  }

  private func sparsity(_ statement: PruneStatement) throws -> Sparsity {
    let options = statement.options.map(\.option)
    switch statement.amount {
    case .percent:
      let share = try share(of: statement)
      guard options.count <= 1 else { throw failure(.contradictoryOptions(statement.range)) }
      switch options.first {
      case nil: return .magnitude(share: share, global: false)
      case .globally: return .magnitude(share: share, global: true)
      case .block(let rows, let columns):
        for size in [rows, columns] where !(1...256).contains(size) {
          throw failure(.invalidBlock(size, at: statement.range))
        }
        return .blocks(share: share, rows: rows, columns: columns)
      case .channels, .heads, .byMagnitude, .multiple:
        throw failure(.optionOfRemoval(statement.options[0].range))
      }
    case .structured(let kept, let count):
      guard (1...32).contains(count), (1..<count).contains(kept) else {
        throw failure(.invalidShare(statement.amountRange))
      }
      guard options.isEmpty else { throw failure(.contradictoryOptions(statement.range)) }
      return .structured(kept: kept, of: count)
    }
  }

  private func removal(_ statement: PruneStatement) throws -> ChannelRemoval {
    let options = statement.options.map(\.option)
    guard options.contains(.channels) != options.contains(.heads), Set(options).count == options.count else {
      throw failure(.contradictoryOptions(statement.range))
    }
    var removal = ChannelRemoval(
      options.contains(.heads) ? .heads : .channels, share: try share(of: statement))
    for (option, range) in statement.options {
      switch option {
      case .channels, .heads: continue
      case .globally: removal.isGlobal = true
      case .byMagnitude: removal.norm = .l1
      case .multiple(let count):
        guard (1...1024).contains(count), removal.multiple == nil else {
          throw failure(.invalidMultiple(count, at: range))
        }
        removal.multiple = count
      case .block: throw failure(.contradictoryOptions(statement.range))
      }
    }
    return removal
  }

  private func share(of statement: PruneStatement) throws -> Double {
    guard case .percent(let percent) = statement.amount, (1...99).contains(percent) else {
      throw failure(.invalidShare(statement.amountRange))
    }
    return Double(percent) / 100
  }
}
