extension Envelope {
    /// Makes the message that goes back to its queue: the same message, marked as redelivered where kombu marks it.
    ///
    /// Everything else stays byte for byte, `delivery_tag` included.
    package static func redelivery(
        of raw: [UInt8],
        limits: MessageLimits = .default
    ) throws(MessageError) -> [UInt8] {
        let envelope = try Envelope(decoding: raw, limits: limits)
        do {
            var reader = JSONReader(validated: envelope.raw, limits: limits.envelope)
            var message = try RawJSONObject(&reader)
            var headers = try RawJSONObject(message["headers"] ?? [])
            headers.set("redelivered", to: true)
            var properties = try RawJSONObject(message["properties"] ?? [])
            var delivery = try RawJSONObject(properties["delivery_info"] ?? [])
            delivery.set("redelivered", to: true)
            properties["delivery_info"] = delivery.serialized()[...]
            message["headers"] = headers.serialized()[...]
            message["properties"] = properties.serialized()[...]
            return message.serialized()
        } catch {
            throw MessageError(error, in: "message").naming(envelope.headers)
        }
    }
}
