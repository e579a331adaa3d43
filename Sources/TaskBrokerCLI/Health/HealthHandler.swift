import NIOCore
import NIOHTTP1

/// Answers the first request of a connection and closes it.
///
/// Nothing that a client can do costs more than a few kilobytes for a few seconds: bodies are not read, there is no second request, and
/// whoever has not asked or not read the answer in time is cut off.
final class HealthHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let patience: TimeAmount
    private let answer: @Sendable (_ method: String, _ target: String) -> HealthAnswer
    private var deadline: Scheduled<Void>?
    private var isAnswered = false

    init(patience: TimeAmount, answer: @escaping @Sendable (_ method: String, _ target: String) -> HealthAnswer) {
        self.patience = patience
        self.answer = answer
    }
}

extension HealthHandler {
    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        self.deadline = context.eventLoop.scheduleTask(in: self.patience) { channel.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = Self.unwrapInboundIn(data), !self.isAnswered else { return }
        self.isAnswered = true
        let answer = self.answer(head.method.rawValue, head.uri)
        let headers: HTTPHeaders = [
            "content-type": "application/json", "content-length": "\(answer.body.utf8.count)",
            "cache-control": "no-store",
            "x-content-type-options": "nosniff", "connection": "close",
        ]
        let status = HTTPResponseStatus(statusCode: answer.status)
        context.write(
            Self.wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))),
            promise: nil
        )
        if head.method != .HEAD {
            let body = context.channel.allocator.buffer(string: answer.body)
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        let channel = context.channel
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
