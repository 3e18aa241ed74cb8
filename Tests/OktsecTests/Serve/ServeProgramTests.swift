import Testing

@testable import CLI

@Suite("The program that serves")
struct ServeProgramTests {
  @Test("is looked for beside oktsec and in libexec, by absolute paths only")
  func places() {
    #expect(
      ServeProgram.places(besides: "/usr/bin/oktsec") == [
        "/usr/bin/oktsec-serve", "/usr/libexec/oktsec/oktsec-serve",
      ])
    #expect(
      ServeProgram.places(besides: "/opt/a b/oktsec") == [
        "/opt/a b/oktsec-serve", "/opt/libexec/oktsec/oktsec-serve",
      ])
    #expect(ServeProgram.places(besides: "/oktsec").allSatisfy { $0.hasPrefix("/") })
  }

  @Test("serves nothing for another version, or when it is called by hand", arguments: [[], ["serve"], ["9.9.9"]])
  func versions(_ arguments: [String]) {
    var served = false
    let status = ServeProgram.run(arguments) { _ in served = true }
    #expect(status == (arguments == ["9.9.9"] ? ExitCode.failure : ExitCode.usage) && !served)
  }
}
