extension Timestamp {
    /// Reads ISO 8601 text in every form that Celery's reader takes (dateutil's `isoparse`).
    ///
    /// The date is `2026-11-21` or `20261121`; then may follow `T` or a space, and a time as `02`, `02:15`, `02:15:55`
    /// or without colons; then a fraction of the second of any length, of which six digits count; then `Z`, `+02`,
    /// `+0200` or `+02:00`, or nothing for UTC. `24:00` is midnight at the end of the day. A leap second is refused, as
    /// Python does.
    ///
    /// - Returns: `nil` if the text has another form or the calendar has no such day.
    public init?(iso8601 text: String) {
        var scanner = ISO8601Scanner(text)
        guard let microseconds = scanner.readTimestamp() else { return nil }
        self.init(microseconds: microseconds)
    }
}
