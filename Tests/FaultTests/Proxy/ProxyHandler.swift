import NIOCore

/// Passes bytes of one half of a connection on to the other half, as the conditions of the proxy say.
final class ProxyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Tells a handler to deliver what it has held back.
    struct Release: Sendable {}

    private let links: ProxyLinks
    private let client: any Channel
    private let peer: any Channel
    private let direction: ProxyDirection
    private var held: [ByteBuffer] = []
    /// When the last bytes are delivered: later ones must not overtake them.
    private var lastDelivery = NIODeadline.now()

    init(_ links: ProxyLinks, client: any Channel, peer: any Channel, _ direction: ProxyDirection) {
        self.links = links
        self.client = client
        self.peer = peer
        self.direction = direction
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = self.unwrapInboundIn(data)
        // What comes between the end of a standstill and the release must not overtake what was held back.
        if self.held.isEmpty { self.pass(buffer, on: context.eventLoop) } else { self.held.append(buffer) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is Release else { return context.fireUserInboundEventTriggered(event) }
        let held = self.held
        self.held = []
        for buffer in held { self.pass(buffer, on: context.eventLoop) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !self.links.hidesEnd(of: self.client, self.direction) {
            let peer = self.peer
            context.eventLoop.scheduleTask(deadline: max(self.lastDelivery, .now())) { peer.close(promise: nil) }
        }
        context.fireChannelInactive()
    }

    private func pass(_ buffer: ByteBuffer, on eventLoop: any EventLoop) {
        switch self.links.pass(buffer.readableBytesView, of: self.client, self.direction) {
        case .vanish: break
        // The handler of the client's half closes the other one.
        case .cut: self.client.close(promise: nil)
        case .hold: self.held.append(buffer)
        case .deliver(let delay, let chunk, let pause):
            var rest = buffer
            var due = max(self.lastDelivery, .now() + delay)
            while let part = rest.readSlice(length: min(chunk ?? rest.readableBytes, rest.readableBytes)),
                part.readableBytes > 0
            {
                self.deliver(part, at: due, on: eventLoop)
                due = due + pause
            }
            self.lastDelivery = due
        }
    }

    private func deliver(_ buffer: ByteBuffer, at due: NIODeadline, on eventLoop: any EventLoop) {
        let peer = self.peer
        eventLoop.scheduleTask(deadline: due) { peer.writeAndFlush(buffer, promise: nil) }
    }
}
