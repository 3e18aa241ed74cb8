import ArgumentParser
import Audit
import Guard

/// `oktsec logs verify`.
struct LogsVerifyCommand: ResultCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that no record was changed, removed, added or moved.",
    usage: "oktsec logs verify [options]",
    discussion: """
      The exit status is 1 when the chain does not hold, and the output says where. Somebody who holds the audit key, \
      or who puts an older copy in the place of the file, is found only with a line that 'oktsec logs checkpoint' \
      printed and that was kept elsewhere.

      Examples:
        oktsec logs verify
      """)

  @Option(help: ArgumentHelp("The fingerprint of the only key that counts, or its first 16 digits.", valueName: "fpr"))
  var key: String?

  @Option(help: ArgumentHelp("A line of 'oktsec logs checkpoint' that must be true.", valueName: "line"))
  var checkpoint: [String] = []

  @Option(
    help: ArgumentHelp("Check this file, a copy, instead of the database in use.", valueName: "file"),
    completion: .file())
  var database: String?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if let key, !Self.isFingerprint(key) { throw ValidationError("--key is 16 to 64 hexadecimal digits") }
    if checkpoint.contains(where: { Checkpoint(line: $0) == nil }) {
      throw ValidationError("--checkpoint is a whole line of 'oktsec logs checkpoint', in quotation marks")
    }
  }

  func run(to output: ResultOutput) throws {
    let path: String
    if let database { path = database } else { path = try StatePaths.databasePath(of: global.configuration()) }
    let reading = LogReading(path: path)
    guard let reader = try reading.open() else { throw CommandFailure(reading.absence) }
    let report: ChainReport
    let expected: ExpectedKey
    do throws(DatabaseError) {
      expected = try expectedKey(reader)
      var verifier = ChainVerifier()
      verifier.fingerprint = expected.fingerprint
      verifier.outside = checkpoint.compactMap { Checkpoint(line: $0) }
      report = try verifier.verify(reader)
    } catch {
      throw LogReading.failure(error)
    }
    guard report.isFounded else {
      throw CommandFailure("the database has no chain yet", hint: "it begins with the next record")
    }
    try write(report, expected, to: output)
    guard report.holds else { throw ExitStatus(code: ExitCode.failure) }
  }

  // MARK: The key

  private enum ExpectedKey {
    case given(Fingerprint)
    /// Digits that are not those of the key that signed.
    case other(String)
    case beside(Fingerprint)
    case unknown

    var fingerprint: Fingerprint? {
      switch self {
      case .given(let fingerprint), .beside(let fingerprint): fingerprint
      case .other, .unknown: nil
      }
    }
  }

  private func expectedKey(_ reader: AuditReader) throws(DatabaseError) -> ExpectedKey {
    guard let key else { return try reader.auditKey().map { .beside($0) } ?? .unknown }
    let digits = key.lowercased()
    if let fingerprint = Fingerprint(hex: digits) { return .given(fingerprint) }
    let signer = try reader.headCheckpoint()?.key.fingerprint
    if let signer, signer.hex.hasPrefix(digits) { return .given(signer) }
    return .other(digits)
  }

  static func isFingerprint(_ text: String) -> Bool {
    (16...64).contains(text.utf8.count) && text.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
  }

  // MARK: Words

  private func write(_ report: ChainReport, _ expected: ExpectedKey, to output: ResultOutput) throws {
    let style = output.terminal.style
    for found in report.breaks {
      try output.line("\(style.apply(.boldRed, to: "break")): \(TerminalText.line("\(found)"))")
    }
    if report.breakCount > report.breaks.count {
      try output.line("and \(report.breakCount - report.breaks.count) more")
    }
    let records = report.verified == 1 ? "1 record" : "\(report.verified) records"
    let range = report.verified == 0 ? "" : ", \(report.firstSeq) to \(report.lastSeq)"
    let signer = report.fingerprint.map { ", signed by \($0.short) at \(Moment.local(report.signedAt))" } ?? ""
    if report.holds {
      try output.line("\(style.apply(.green, to: "the chain holds")): \(records)\(range)\(signer)")
    } else {
      try output.line("\(style.apply(.boldRed, to: "the chain does not hold")): \(records) of it do\(signer)")
    }
    if report.uncovered > 0 {
      try output.line("\(report.uncovered) records from before the chain are not covered")
    }
    switch expected {
    case .given, .beside: break
    case .unknown:
      Diagnostics.warning(
        "nothing says that \(report.fingerprint?.short ?? "this") is the right key; give it with --key")
    case .other(let digits):
      throw CommandFailure("the chain is signed by \(report.fingerprint?.short ?? "no key"), not by \(digits)")
    }
  }
}
