/// What is wrong with a frame, or with what a frame says.
package enum HostProtocolError: Error, Hashable, CustomStringConvertible {
    /// The frame has no room for its own beginning.
    case tooShort(Int)
    /// The frame is larger than any frame may be.
    case tooLarge(Int)
    /// The head is no JSON object.
    case badHead(String)
    /// The body is not what the head says.
    case badBody(of: HostFrame.Kind, String)
    /// Something that has to be in the head is missing, or of the wrong type.
    case badField(HostField, of: HostFrame.Kind)
    /// The other side speaks another version.
    case otherVersion(Int64)
    /// The first frame of a host is no `hello`, or a later one is.
    case outOfOrder(HostFrame.Kind)

    /// The sentence for people.
    package var description: String {
        switch self {
        case .tooShort(let length): "a frame of \(length) bytes is too short"
        case .tooLarge(let length): "a frame of \(length) bytes is larger than \(HostFrame.maximumBytes)"
        case .badHead(let reason): "the head of a frame cannot be read: \(reason)"
        case .badBody(let kind, let reason): "the body of a frame of kind \(kind.rawValue) cannot be read: \(reason)"
        case .badField(let field, let kind): "a frame of kind \(kind.rawValue) has no valid '\(field.rawValue)'"
        case .otherVersion(let version):
            "it speaks version \(version) of the task host protocol, this supervisor version \(HostFrame.version)"
        case .outOfOrder(let kind): "a frame of kind \(kind.rawValue) comes at the wrong time"
        }
    }
}
