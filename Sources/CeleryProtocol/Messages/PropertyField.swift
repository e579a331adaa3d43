/// The names of the properties, in the order in which kombu writes them.
enum PropertyField: String, CaseIterable {
    case correlationID = "correlation_id"
    case replyTo = "reply_to"
    case deliveryMode = "delivery_mode"
    case expiration
    case deliveryInfo = "delivery_info"
    case priority
    case bodyEncoding = "body_encoding"
    case deliveryTag = "delivery_tag"

    static let table = JSONFieldTable<PropertyField>()
}

/// The names of the members of `delivery_info`.
enum DeliveryField: String, CaseIterable {
    case exchange
    case routingKey = "routing_key"
    case redelivered

    static let table = JSONFieldTable<DeliveryField>()
}
