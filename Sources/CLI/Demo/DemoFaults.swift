/// What the server does wrong for a whole session. Chosen by `--misbehave NAME`.
enum SessionFault: String, CaseIterable {
  // Text that addresses the model, in what the server says about itself.
  case poisonedDescription = "poisoned-description"
  /// One tool more than the notebook has, and it is the poisoned one.
  case poisonedExtraTool = "poisoned-extra-tool"
  case poisonedSchema = "poisoned-schema"
  case poisonedAnnotation = "poisoned-annotation"
  case poisonedEveryTool = "poisoned-every-tool"
  /// In the list's own `_meta`, where there is no entry to leave out.
  case poisonedListMetadata = "poisoned-list-metadata"
  case poisonedPrompts = "poisoned-prompts"
  case poisonedResources = "poisoned-resources"
  case poisonedTemplates = "poisoned-templates"
  case poisonedInstructions = "poisoned-instructions"
  case poisonedServerInfo = "poisoned-server-info"
  /// A clean first list; another description from the second on.
  case rugPull = "rug-pull"
  case duplicateTool = "duplicate-tool"

  // Order and silence.
  case noiseAtStart = "noise-at-start"
  case pingAtStart = "ping-at-start"
  case poisonedNotificationAtStart = "poisoned-notification-at-start"
  case noAnswer = "no-answer"
  /// Reads nothing, ever.
  case neverReads = "never-reads"
  /// Writes pings for ever and reads nothing.
  case flood
  /// Writes poisoned sampling requests for ever and reads nothing.
  case poisonedFlood = "poisoned-flood"

  // Processes and descriptors.
  case crashAtStart = "crash-at-start"
  case closesInput = "closes-input"
  case closesOutput = "closes-output"
  case noFinalNewline = "no-final-newline"
  case ignoresEnd = "ignores-end"
  case ignoresTermination = "ignores-termination"
  /// A process of ours that holds stdin, stdout and stderr and outlives us.
  case grandchild
  case stubbornGrandchild = "stubborn-grandchild"
  case orphanedGrandchild = "orphaned-grandchild"
  case escapedGrandchild = "escaped-grandchild"
}

/// What the server does wrong in answer to one tool call. Chosen by calling the tool of that name, or by
/// `--misbehave NAME` for every call.
enum CallFault: String, CaseIterable {
  // Text that addresses the model.
  case poisonedResult = "poisoned-result"
  case poisonedToolError = "poisoned-tool-error"
  case poisonedError = "poisoned-error"
  case poisonedErrorData = "poisoned-error-data"
  case poisonedStructure = "poisoned-structure"
  case poisonedKey = "poisoned-key"
  case poisonedResource = "poisoned-resource"
  case poisonedNotification = "poisoned-notification"
  case poisonedProgress = "poisoned-progress"
  case splitPoison = "split-poison"
  case escapedPoison = "escaped-poison"
  case encodedPoison = "encoded-poison"
  case invisiblePoison = "invisible-poison"
  /// Argument `kind`: github, aws, pem, slack, stripe.
  case secretResult = "secret-result"

  // Requests to the client. They are answered by what the client sends back.
  case sampling
  case elicitation
  case roots
  case pingClient = "ping-client"
  case unknownRequest = "unknown-request"
  case poisonedSampling = "poisoned-sampling"
  case poisonedElicitation = "poisoned-elicitation"
  case poisonedRoots = "poisoned-roots"
  case inputRequired = "input-required"
  case poisonedInputRequired = "poisoned-input-required"

  // A defective line, which is the answer itself.
  case duplicateMember = "duplicate-member"
  case duplicateEscapedMember = "duplicate-escaped-member"
  case foldedMember = "folded-member"
  case bareCarriageReturn = "bare-carriage-return"
  case invalidUTF8 = "invalid-utf8"
  case loneSurrogate = "lone-surrogate"
  case lineEndCRLF = "crlf"
  case methodAndResult = "method-and-result"
  case resultAndError = "result-and-error"
  /// Argument `depth`.
  case deep
  case batch
  case stringID = "string-id"
  case answeredTwice = "answered-twice"

  // A defective line, then a clean answer.
  case noise
  case blankLines = "blank-lines"
  case byteOrderMark = "byte-order-mark"
  case notANumber = "not-a-number"
  case trailingComma = "trailing-comma"
  case invalidEscape = "invalid-escape"
  case utf16 = "utf-16"
  case emptyBatch = "empty-batch"
  case batchInBatch = "batch-in-batch"
  case unknownID = "unknown-id"
  case nullID = "null-id"
  case fractionID = "fraction-id"
  case missingID = "missing-id"

  // Ends.
  /// Arguments `code` or `signal`.
  case crash
  case partial
  case stopsReading = "stops-reading"
  /// Arguments `n`, `bytes`, `kind` (notification, ping, sampling); nothing is read meanwhile.
  case floodThenAnswer = "flood-then-answer"
  case silence

  /// Tool names are written with underscores by some clients.
  init?(tool name: String) {
    self.init(rawValue: String(name.map { $0 == "_" ? "-" : $0 }))
  }
}
