extension [Step] {
  /// The kernel of every launch, in the order in which they stand here.
  public var launchedKernels: [Int] {
    flatMap { step -> [Int] in
      switch step {
      case .launch(let kernel, _, _): [kernel]
      case .loop(_, _, let body): body.launchedKernels
      case .whileLoop(let condition, _, let body): condition.launchedKernels + body.launchedKernels
      }
    }
  }

  /// The same steps with the kernels at other places.
  fileprivate func renumbered(_ places: [Int: Int]) -> [Step] {
    map { step in
      switch step {
      case .launch(let kernel, let arguments, let symbols):
        .launch(kernel: places[kernel] ?? kernel, arguments: arguments, symbols: symbols)
      case .loop(let symbol, let extent, let body):
        .loop(symbol, extent: extent, body.renumbered(places))
      case .whileLoop(let condition, let flag, let body):
        .whileLoop(condition: condition.renumbered(places), flag: flag, body: body.renumbered(places))
      }
    }
  }
}

extension Program {
  /// Removes the kernels that nothing launches.
  public mutating func removeUnusedKernels() {
    let used = Set(functions.flatMap(\.steps.launchedKernels)).sorted()
    let places = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    kernels = used.map { kernels[$0] }
    for index in functions.indices { functions[index].steps = functions[index].steps.renumbered(places) }
  }
}
