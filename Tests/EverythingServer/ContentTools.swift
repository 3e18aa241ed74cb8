import JSONRPC
import MCPServer

/// Tools whose results hold every kind of content, and those that say something meanwhile.
enum ContentTools {
  static var all: [any Tool] {
    [
      Fixture("test_simple_text", "Returns one text.") { _, _ throws(ArgumentProblem) in
        Fixture.text("This is a simple text response for testing.")
      },
      Fixture("test_image_content", "Returns one image.") { _, _ throws(ArgumentProblem) in
        .complete(ToolResult([image]))
      },
      Fixture("test_audio_content", "Returns one sound.") { _, _ throws(ArgumentProblem) in
        .complete(ToolResult([.audio(data: Fixture.audio, mimeType: "audio/wav")]))
      },
      Fixture("test_embedded_resource", "Returns one resource.") { _, _ throws(ArgumentProblem) in
        .complete(
          ToolResult([
            resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")
          ]))
      },
      Fixture("test_multiple_content_types", "Returns a text, an image and a resource.") {
        _, _ throws(ArgumentProblem) in
        .complete(
          ToolResult([
            .text("Multiple content types test:"), image,
            resource("test://mixed-content-resource", "application/json", #"{"test":"data","value":123}"#),
          ]))
      },
      Fixture("test_tool_with_logging", "Logs three messages.") { _, context throws(ArgumentProblem) in
        for step in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
          context.log(.info, .string(step))
        }
        return Fixture.text("Tool with logging executed successfully")
      },
      Fixture("test_tool_with_progress", "Reports progress three times.") { _, context throws(ArgumentProblem) in
        for step in [0, 50, 100] {
          context.reportProgress(step, of: 100, message: "Completed step \(step) of 100")
        }
        return Fixture.text("Tool with progress executed successfully")
      },
      Fixture("test_error_handling", "Fails.") { _, _ throws(ArgumentProblem) in
        .complete(.failure("This tool intentionally returns an error for testing"))
      },
      Fixture("test_reconnection", "Returns after what is a reconnection on other transports.") {
        _, _ throws(ArgumentProblem) in
        Fixture.text("Reconnection test completed successfully.")
      },
    ]
  }

  private static var image: Content { .image(data: Fixture.image, mimeType: "image/png") }

  private static func resource(_ uri: String, _ mimeType: String, _ text: String) -> Content {
    .resource(ResourceContents(uri: uri, mimeType: mimeType, body: .text(text)))
  }
}
