import NIOCore
import NIOHTTPTypes

/// Closes connections that take too long to say what they want. Each byte that trickles in does not move the deadline: it
/// stands from the moment the connection is ready until the head is there, and from the head until the body is.
final class ConnectionDeadline: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let head: TimeAmount
  private let body: TimeAmount
  private var timer: Scheduled<Void>?
  /// Requests whose answer was not written whole.
  private var unanswered = 0
  private var isReading = false

  init(_ limits: ConnectionLimits) {
    head = .seconds(limits.headSeconds)
    body = .seconds(limits.bodySeconds)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { start(head, context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { stop() }

  func channelActive(context: ChannelHandlerContext) {
    start(head, context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    stop()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      unanswered += 1
      isReading = true
      start(body, context)
    case .body: break
    case .end:
      isReading = false
      stop()
      // Answered before it was read whole.
      if unanswered == 0 { start(head, context) }
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) {
      unanswered = max(0, unanswered - 1)
      if unanswered == 0, !isReading { start(head, context) }
    }
    context.write(data, promise: promise)
  }

  private func start(_ time: TimeAmount, _ context: ChannelHandlerContext) {
    stop()
    let channel = context.channel
    timer = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
  }

  private func stop() {
    timer?.cancel()
    timer = nil
  }
}
