import Guard
import Testing

@testable import CLI

@Suite struct ConfigurationCommandTests {
  @Test("verify says what the config means")
  func summary() throws {
    try withTemporaryFolder { folder throws in
      let path = folder + "/o.yaml"
      try write(ConfigurationTests.everyKey, to: path)
      let output = ResultOutput(memoryFor: .none)
      try VerifyCommand.run(config: path, printsSchema: false, to: output)
      for part in [
        path, "observe", "NOTHING IS STOPPED", folder + "/state/oktsec.db", "planner\tcoder\tread_file, write file",
        "free\tanyone\tevery", "coder\tno one", "IAP-001\tquarantine\thigh", "hooks.example.org", "https, port 9000",
      ] {
        #expect(output.text.contains(part), "\(part) in \(output.text)")
      }
      for secret in ["services/T0/x", "OKTSEC_KEY"] { #expect(!output.text.contains(secret)) }
    }
  }

  @Test("verify fails with 65 on problems, and prints the schema on request")
  func verify() throws {
    try withTemporaryFolder { folder throws in
      let path = folder + "/o.yaml"
      try write("version: '1'\nmode: of\n", to: path)
      let output = ResultOutput(memoryFor: .none)
      let failure = #expect(throws: CommandFailure.self) {
        try VerifyCommand.run(config: path, printsSchema: false, to: output)
      }
      #expect(failure?.exitCode == 65 && failure?.message.hasPrefix("\(path):2:7: mode: unknown mode 'of'") == true)
      #expect(output.text.isEmpty)
      try VerifyCommand.run(config: path, printsSchema: true, to: output)
      #expect(output.text == ConfigurationSchema.text)
    }
  }

  @Test("enforce shows the mode, sets it, and says loudly when nothing is stopped")
  func enforce() throws {
    try withTemporaryFolder { folder throws in
      let path = folder + "/o.yaml"
      try write("version: '1'\n", to: path)
      func run(_ wish: Bool?) throws -> String {
        let output = ResultOutput(memoryFor: .none)
        try ModeCommand.run(wish: wish, config: path, to: output)
        return output.text
      }
      #expect(try run(nil).contains("mode is observe") && run(nil).contains("NOTHING IS STOPPED"))
      #expect(try run(true).contains("mode is now enforce"))
      #expect(try run(true).contains("mode is already enforce"))
      #expect(try contents(path) == "version: '1'\nmode: enforce\n")
      #expect(try run(false).contains("NOTHING IS STOPPED"))
      #expect(try contents(path) == "version: '1'\nmode: observe\n")
    }
  }

  @Test("a config that cannot be used is not set to a mode")
  func enforceFails() throws {
    try withTemporaryFolder { folder throws in
      let output = ResultOutput(memoryFor: .none)
      let missing = #expect(throws: CommandFailure.self) {
        try ModeCommand.run(wish: true, config: folder + "/none.yaml", to: output)
      }
      #expect(missing?.exitCode == 65)
      let path = folder + "/o.yaml"
      try write("version: '1'\nmode: of\n", to: path)
      let invalid = #expect(throws: CommandFailure.self) { try ModeCommand.run(wish: true, config: path, to: output) }
      #expect(invalid?.exitCode == 65)
      #expect(try contents(path) == "version: '1'\nmode: of\n")
    }
  }
}
