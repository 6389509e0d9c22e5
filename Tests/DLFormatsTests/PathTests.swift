import DLFormats
import Testing

struct PathTests {
  @Test(arguments: [
    ("m", "", "m"), ("model.dl", "", "model.dl"), ("a/b", "a", "b"), ("a//b", "a", "b"), ("a/b/", "a", "b"),
    ("/m", "/", "m"), ("/a/b.dl", "/a", "b.dl"), ("./m", ".", "m"), ("../x/y", "../x", "y"), ("", "", ""),
    ("/", "/", "/"),
  ])
  func parts(path: String, folder: String, name: String) {
    #expect(path.parentFolder == folder)
    #expect(path.lastPathComponent == name)
  }
}
