/// Where a signature stands in its canvas: what freezing writes into its options.
struct Placement {
    /// The id of its result, unless it has one.
    var id: String?
    /// The group that it reports to, unless it has one.
    var groupID: String?
    /// The body of the chord whose header it belongs to.
    var chord: JSONValue?
    var rootID: String?
    var parentID: String?
    var groupIndex: Int?
}
