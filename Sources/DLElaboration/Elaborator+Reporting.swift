import DLSyntax

extension Elaborator {
  /// Reports a diagnostic, with the calls that lead to it, unless its kind was reported at this place before.
  func report(_ diagnostic: Diagnostic) {
    let diagnostic = withContext(diagnostic)
    guard reported.insert(ReportKey(id: diagnostic.id, range: diagnostic.range)).inserted else { return }
    diagnostics.insert(diagnostic)
  }

  /// Reports an error and gives what to throw.
  func failure(_ diagnostic: Diagnostic) -> Failure {
    report(diagnostic)
    return Failure()
  }

  /// Adds the call sites and the layers that lead to the place. An error inside the library is shown at the user's call.
  private func withContext(_ diagnostic: Diagnostic) -> Diagnostic {
    let sites = frames.reversed().compactMap(\.callSite).filter { $0 != diagnostic.range }
    var primary = diagnostic.primary
    var secondary = diagnostic.secondary
    var callers = sites
    if libraryFiles.contains(primary.range.file),
      let index = sites.firstIndex(where: { !libraryFiles.contains($0.file) })
    {
      secondary.insert(
        Diagnostic.Label(primary.range, primary.text.isEmpty ? "found here" : primary.text), at: 0)
      primary = Diagnostic.Label(sites[index], "")
      callers = Array(sites[(index + 1)...])
    }
    secondary += callers.filter { !libraryFiles.contains($0.file) }.prefix(4).map {
      Diagnostic.Label($0, "called here")
    }
    var notes = diagnostic.notes
    if let instance = frames.last(where: { $0.instance?.path?.isEmpty == false })?.instance,
      let path = instance.path
    {
      notes.append("in \(path), \(instance.description.withArticle)")
    }
    return Diagnostic(
      diagnostic.severity, diagnostic.id, diagnostic.message, at: primary.range, label: primary.text,
      secondary: secondary, notes: notes, hint: diagnostic.hint, fixIt: diagnostic.fixIt)
  }

  /// Runs each of `bodies` although an earlier one failed, so that all errors are found.
  ///
  /// - Throws: `Failure` where any of them did.
  func all<Element, Result>(_ elements: some Sequence<Element>, _ body: (Element) throws -> Result) throws
    -> [Result]
  {
    var results: [Result] = []
    var failed = false
    for element in elements {
      do { results.append(try body(element)) } catch { failed = true }
    }
    if failed { throw Failure() }
    return results
  }

  /// Both results, of which the second is determined although the first failed.
  func both<First, Second>(
    _ first: @autoclosure () throws -> First, _ second: @autoclosure () throws -> Second
  ) throws -> (First, Second) {
    var a: First?
    do { a = try first() } catch {}
    let b = try second()
    guard let a else { throw Failure() }
    return (a, b)
  }
}
