// swift-tools-version: 6.1
import PackageDescription

// The targets stand in the order of the data: each imports only what is above it.
let package = Package(
  name: "dlc",
  products: [
    .executable(name: "dlc", targets: ["dlc"]),
    .library(name: "DLCompiler", targets: ["DLCompiler"]),
    .library(name: "DLRuntime", targets: ["DLRuntime"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // System libraries and C.
    .systemLibrary(name: "CLLVM", pkgConfig: "llvm-19", providers: [.apt(["llvm-19-dev"])]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CDLRuntime"),
    .target(name: "CDLProgram", dependencies: ["CDLRuntime"], exclude: ["main.c"]),
    .target(name: "CDLResources", exclude: ["library"]),

    // From text to graph.
    .target(name: "DLSyntax"),
    .target(name: "DLGraph"),
    .target(name: "DLFormats", dependencies: ["DLGraph"]),
    .target(name: "DLLoops", dependencies: ["DLGraph"]),
    .target(name: "DLOperations", dependencies: ["DLGraph", "DLLoops", "COpenBLAS"]),
    .target(name: "DLEvaluation", dependencies: ["DLGraph", "DLOperations"]),
    .target(
      name: "DLElaboration", dependencies: ["DLSyntax", "DLGraph", "DLOperations", "CDLResources"]),

    // From graph to machine code.
    .target(
      name: "DLTransforms",
      dependencies: ["DLSyntax", "DLGraph", "DLFormats", "DLLoops", "DLOperations", "DLEvaluation"]),
    .target(name: "DLLowering", dependencies: ["DLGraph", "DLLoops", "DLOperations"]),
    .target(
      name: "DLCodeGen",
      dependencies: ["CLLVM", "DLGraph", "DLFormats", "DLLoops", "CDLRuntime", "CDLResources"]),

    // What an app links, and what a person calls.
    .target(name: "DLRuntime", dependencies: ["CDLRuntime"]),
    .target(
      name: "DLCompiler",
      dependencies: [
        "DLSyntax", "DLGraph", "DLFormats", "DLLoops", "DLOperations", "DLEvaluation",
        "DLElaboration", "DLTransforms", "DLLowering", "DLCodeGen", "DLRuntime", "CDLRuntime",
      ]),
    .executableTarget(
      name: "dlc",
      dependencies: [
        "DLCodeGen", "DLCompiler", "DLFormats", "DLGraph", "DLLoops", "DLRuntime", "DLTransforms",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests, laid out like the sources.
    .target(
      name: "DLTestSupport",
      dependencies: ["CDLRuntime", "DLCompiler", "DLEvaluation", "DLLoops", "DLRuntime"],
      path: "Tests/DLTestSupport"),
    .testTarget(name: "DLSyntaxTests", dependencies: ["DLSyntax", "DLTestSupport"]),
    .testTarget(name: "DLGraphTests", dependencies: ["DLGraph", "DLTestSupport"]),
    .testTarget(
      name: "DLFormatsTests", dependencies: ["DLFormats", "DLTestSupport"], exclude: ["Resources"]),
    .testTarget(
      name: "DLOperationsTests",
      dependencies: ["DLFormats", "DLOperations", "DLEvaluation", "DLTestSupport"]),
    .testTarget(
      name: "DLElaborationTests",
      dependencies: ["DLElaboration", "DLEvaluation", "DLFormats", "DLTestSupport"],
      exclude: ["Cases"]),
    .testTarget(
      name: "DLTransformsTests",
      dependencies: ["DLTransforms", "DLEvaluation", "DLFormats", "DLLowering", "DLCodeGen", "DLTestSupport"]),
    .testTarget(
      name: "DLLoweringTests",
      dependencies: ["DLLowering", "DLTransforms", "DLEvaluation", "DLCodeGen", "DLTestSupport"]),
    .testTarget(
      name: "DLCodeGenTests",
      dependencies: ["DLCodeGen", "DLLowering", "CDLRuntime", "CDLResources", "DLTestSupport"]),
    .target(name: "CMiniatureModel", dependencies: ["CDLRuntime"], path: "Tests/CMiniatureModel"),
    .testTarget(
      name: "DLRuntimeTests",
      dependencies: ["DLRuntime", "CDLRuntime", "CDLProgram", "CMiniatureModel"]),
    .testTarget(
      name: "DLCompilerTests",
      dependencies: ["DLCompiler", "DLTransforms", "DLRuntime", "CDLRuntime", "DLTestSupport"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)
