import Testing

@testable import Guard

private func accepts(_ name: String, _ text: String) throws -> Bool {
  let validator = try #require(Validators.named(name))
  return Array(text.utf8).withUnsafeBytes { validator.accepts($0, match: 0..<$0.count) }
}

@Suite struct ValidatorTests {
  @Test("a card number needs its check digit, and placeholders are refused")
  func luhn() throws {
    #expect(try accepts("luhn", "card: 4539 1488 0343 6467"))
    #expect(try !accepts("luhn", "card: 4539 1488 0343 6468"))
    #expect(try !accepts("luhn", "4444 4444 4444 4444"))
    #expect(try !accepts("luhn", "1234"))
    #expect(try !accepts("luhn", ""))
  }

  @Test("an IBAN needs its check digits; a label in front does no harm")
  func iban() throws {
    #expect(try accepts("iban", "GB82 WEST 1234 5698 7654 32"))
    #expect(try accepts("iban", "IBAN: DE89370400440532013000"))
    #expect(try !accepts("iban", "GB83 WEST 1234 5698 7654 32"))
    #expect(try !accepts("iban", "short"))
  }

  @Test("a social security number must be one that could have been issued")
  func socialSecurity() throws {
    #expect(try accepts("us_ssn", "SSN 219-09-9998"))
    for never in ["000-12-3456", "666-12-3456", "901-12-3456", "219-00-9998", "219-09-0000", "219-09-999"] {
      #expect(try !accepts("us_ssn", never))
    }
  }

  @Test("a private key needs a body behind its header")
  func pem() throws {
    let header = "-----BEGIN " + "PRIVATE KEY-----"
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ"
    #expect(try accepts("pem", header + "\n" + body))
    #expect(try accepts("pem", header + #"\n"# + body))
    #expect(try !accepts("pem", header + "\n...\n-----END PRIVATE KEY-----"))
    #expect(try !accepts("pem", header + "\n" + String(repeating: "x", count: 60)))
    #expect(try !accepts("pem", header))
  }

  @Test("scripts are mixed only inside one word")
  func mixedScript() throws {
    #expect(try accepts("mixed_script", "p\u{0430}ypal.com"))
    #expect(try !accepts("mixed_script", "Москва and Athens"))
    #expect(try !accepts("mixed_script", "plain"))
  }
}
