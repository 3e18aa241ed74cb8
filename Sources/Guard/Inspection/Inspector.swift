import JSONRPC

/// Inspects messages and bare texts with one set of rules. The only way in which text is judged, whatever door it
/// came through.
///
/// Total and deterministic: the same bytes, exchange and rules give the same findings, in time linear in the text.
/// Holds the working memory of one thread; give each thread its own.
package final class Inspector: TextConsumer {
  private let evaluator: Evaluator
  private var scanner: JSONScanner
  private var batch = TextBatch()
  private var views = TextViews()
  /// Texts that were read together; empty between batches.
  private var joined = TextBatch()
  /// What went before, and whether the message at hand continues it.
  private var preceding = PrecedingText()
  private var continues = false

  /// - Parameter maximumDepth: nesting that was accepted when the message was decoded.
  package init(rules: RuleSet, maximumDepth: Int = 512) {
    evaluator = Evaluator(rules: rules)
    scanner = JSONScanner(maximumDepth: maximumDepth)
  }

  /// Inspects every string of one message, and what shows only when some of them are read together.
  ///
  /// - Parameters:
  ///   - content: the frame's content, valid UTF-8, in which `message` was decoded.
  ///   - exchange: what is known of the message; its method decides in which role each string stands.
  ///   - effects: what the user's config makes of findings in this place.
  ///   - preceding: what went the same way before; afterwards with the texts of this message.
  package func inspect(
    _ message: Message, in content: UnsafeRawBufferPointer, exchange: Exchange, effects: FindingEffects = .none,
    after preceding: inout PrecedingText
  ) -> Inspection {
    swap(&self.preceding, &preceding)
    defer { swap(&self.preceding, &preceding) }
    continues = true
    return inspect(message, in: content, exchange: exchange, effects: effects)
  }

  /// The same for a message that stands alone.
  package func inspect(
    _ message: Message, in content: UnsafeRawBufferPointer, exchange: Exchange, effects: FindingEffects = .none
  ) -> Inspection {
    defer { continues = false }
    evaluator.begin(effects)
    var extractor = TextExtractor(text: content, exchange: exchange, batch: batch, views: views, consumer: self)
    // The message was decoded from these bytes: scanning them again cannot fail.
    let seen = try? scanner.scan(content, in: message.range, sink: &extractor)
    (batch, views) = extractor.finish()
    var inspection = evaluator.finish()
    inspection.facts = extractor.facts
    locate(&inspection, in: content)
    if seen == nil { inspection.add(.frame(.syntax)) }
    if inspection.isExhausted { inspection.add(.frame(.budget)) }
    return inspection
  }

  /// Inspects a bare text.
  ///
  /// - Parameter text: valid UTF-8; see `UTF8Repair`.
  package func inspect(
    text: UnsafeRawBufferPointer, role: Role, effects: FindingEffects = .none
  ) -> Inspection {
    evaluator.begin(effects)
    let origin = TextBatch.Origin(literal: 0..<text.count, role: role, entry: nil)
    batch.append(origin, view: .text) { $0.append(contentsOf: text) }
    if !text.isEmpty { views.append(to: &batch, of: 0..<text.count, origin: origin) }
    evaluator.evaluate(batch)
    batch.removeAll()
    var inspection = evaluator.finish()
    if inspection.isExhausted { inspection.add(.frame(.budget)) }
    return inspection
  }

  func consume(_ batch: inout TextBatch, _ joins: inout LeafJoins) {
    if let traces = evaluator.evaluate(batch, tracing: !joins.isEmpty) {
      if traces.ends.count > 1 { joins.join(batch, traces.ends, into: &joined) }
      joins.joinEncoded(continues ? preceding : nil, batch, into: &joined)
      if continues {
        if evaluator.spans(preceding.presence, traces.presence) { joins.join(preceding, batch, into: &joined) }
        joins.extend(&preceding, with: batch, traces.presence)
      }
      evaluator.evaluate(joined)
      joined.removeAll()
    }
    joins.removeAll()
    batch.removeAll()
  }

  /// Gives the findings their JSON pointers: one more pass, and only when there are findings.
  private func locate(_ inspection: inout Inspection, in content: UnsafeRawBufferPointer) {
    guard !inspection.findings.isEmpty else { return }
    let pointers = JSONPointer.locating(
      inspection.findings.map { $0.place.literal.lowerBound }, in: content, maximumDepth: scanner.maximumDepth)
    for index in inspection.findings.indices { inspection.findings[index].place.pointer = pointers[index] }
  }
}
