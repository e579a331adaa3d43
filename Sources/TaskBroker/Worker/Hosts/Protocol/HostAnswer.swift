import CeleryProtocol

/// The answer to a ``HostQuestion``.
enum HostAnswer: Sendable {
    case handled
    case messages([Publication])
    case failed(ExceptionDocument)

    /// The frame that says so.
    func frame(_ id: Int64) -> HostFrame {
        switch self {
        case .handled: HostFrame(.answer, [.id: .integer(id)])
        case .failed(let exception): HostFrame(.answer, [.id: .integer(id), .exception: exception.json])
        case .messages(let publications):
            HostFrame(
                .answer,
                [.id: .integer(id), .messages: .array(publications.map(\.json))],
                body: Array(publications.map(\.payload).joined())
            )
        }
    }

    init(_ frame: HostFrame) throws(HostProtocolError) {
        if let exception = frame[.exception], !exception.isNull {
            self = .failed(ExceptionDocument(exception))
        } else if frame[.messages] != nil {
            self = .messages(try frame.parts(.messages, Publication.init))
        } else {
            self = .handled
        }
    }
}
