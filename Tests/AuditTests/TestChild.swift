#if os(Linux)
import Glibc

/// The test program, run again as a child with one test chosen and its database in the environment.
enum TestChild {
  private static let variable = "AUDIT_TEST_CHILD"

  /// The database of a child; nil in the parent.
  static var path: String? { getenv(variable).map { String(cString: $0) } }

  static func spawn(_ test: String, path: String) throws -> pid_t {
    let arguments = ["test", "--testing-library", "swift-testing", "--filter", test]
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var environment: [UnsafeMutablePointer<CChar>?] = [strdup("\(variable)=\(path)"), nil]
    defer { for pointer in argv + environment { free(pointer) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var child: pid_t = 0
    let code = posix_spawn(&child, "/proc/self/exe", &actions, nil, &argv, &environment)
    guard code == 0 else { throw Failure(text: "posix_spawn: \(code)") }
    return child
  }

  static func exitStatus(_ child: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) == -1, errno == EINTR {}
    return status
  }
}
#endif
