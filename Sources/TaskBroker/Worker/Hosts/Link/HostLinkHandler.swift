import NIOCore

/// Cuts what comes out of a socket into frames.
final class HostLinkHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let receive: HostLink.Receiver
    private var close: (@Sendable (HostProtocolError?) -> Void)?
    private var decoder = HostFrameDecoder()

    init(
        receive: @escaping HostLink.Receiver,
        close: @escaping @Sendable (HostProtocolError?) -> Void
    ) {
        self.receive = receive
        self.close = close
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Nothing of what follows a bad frame is understood.
        guard self.close != nil else { return }
        self.decoder.append(Self.unwrapInboundIn(data).readableBytesView)
        var frames: [EncodedHostFrame] = []
        do throws(HostProtocolError) {
            // What came before a bad frame counts.
            let fault = self.read(&frames)
            if !frames.isEmpty { try self.receive(frames) }
            if let fault { throw fault }
        } catch {
            self.end(error)
            context.close(promise: nil)
        }
    }

    /// Reads the frames that are complete, and returns what is wrong with the one after them.
    private func read(_ frames: inout [EncodedHostFrame]) -> HostProtocolError? {
        do throws(HostProtocolError) {
            while let frame = try self.decoder.next() { frames.append(frame) }
            return nil
        } catch {
            return error
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end(nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func end(_ error: HostProtocolError?) {
        self.close?(error)
        self.close = nil
    }
}
