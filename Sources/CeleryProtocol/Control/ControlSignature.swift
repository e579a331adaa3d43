/// Proof that a control request comes from somebody who knows the workers' key (`reliability.md` X7).
///
/// It travels as the member `signature` of the request's body, which workers of Celery ignore.
package struct ControlSignature: Hashable, Sendable {
    /// When the request was signed, in whole seconds since 1970.
    package var timestamp: Int64
    /// A text that no other request has, so that a copy of this one is recognized.
    package var nonce: String
    /// HMAC-SHA256 of ``ControlRequest/bytesToSign(timestamp:nonce:)``, in hexadecimal.
    package var hmac: String

    /// Creates a signature.
    package init(timestamp: Int64, nonce: String, hmac: String) {
        self.timestamp = timestamp
        self.nonce = nonce
        self.hmac = hmac
    }

    /// Reads a signature; `nil` for anything else, so that the request counts as unsigned.
    init?(json: JSONValue) {
        guard let timestamp = json[ControlField.timestamp]?.integerValue,
            let nonce = json[ControlField.nonce]?.stringValue, 1...128 ~= nonce.utf8.count,
            let hmac = json[ControlField.hmac]?.stringValue, hmac.utf8.count == 64
        else { return nil }
        self.init(timestamp: timestamp, nonce: nonce, hmac: hmac)
    }

    var json: JSONValue {
        .object([
            ControlField.timestamp: .integer(self.timestamp),
            ControlField.nonce: .string(self.nonce),
            ControlField.hmac: .string(self.hmac),
        ])
    }
}

extension ControlRequest {
    /// What a signature vouches for: the whole body, with time and nonce.
    ///
    /// It is the JSON of the body, its members sorted by name and in the form of Python's `json.dumps(…, sort_keys=True)`, with
    /// `timestamp` and `nonce` added. Destination and reply queue belong to it: a request that was overheard cannot be sent to
    /// other workers.
    package func bytesToSign(timestamp: Int64, nonce: String) -> [UInt8] {
        var members = self.signedMembers
        members[ControlField.timestamp] = .integer(timestamp)
        members[ControlField.nonce] = .string(nonce)
        return JSONValue.object(members).serialized()
    }
}
