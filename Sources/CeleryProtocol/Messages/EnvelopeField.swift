/// The names of an envelope's fields, in the order in which kombu writes them.
enum EnvelopeField: String, CaseIterable {
    case body
    case contentEncoding = "content-encoding"
    case contentType = "content-type"
    case headers
    case properties

    static let table = JSONFieldTable<EnvelopeField>()
}
