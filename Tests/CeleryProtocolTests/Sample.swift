import CeleryProtocol

/// Messages put together from text, to be malformed at will.
enum Sample {
    static let headers = #""task": "t", "id": "i""#
    static let properties = #""delivery_tag": "d", "delivery_info": {"exchange": "", "routing_key": "q"}"#
    static let body = #"[[1, 2], {}, {}]"#

    /// A message with a body in base64.
    static func envelope(
        headers: String = Self.headers,
        properties: String = Self.properties,
        body: String = Self.body,
        contentType: String = "application/json"
    ) -> [UInt8] {
        var encoded: [UInt8] = []
        Base64.append(Array(body.utf8), to: &encoded)
        let properties = properties.contains("delivery_tag") ? properties : properties + #", "delivery_tag": "d""#
        let text = """
            {"body": "\(String(decoding: encoded, as: UTF8.self))", "content-type": "\(contentType)", \
            "content-encoding": "utf-8", "headers": {\(headers)}, \
            "properties": {\(properties), "body_encoding": "base64"}}
            """
        return Array(text.utf8)
    }
}
