/// The names of the headers, in the order in which Celery writes them.
enum HeaderField: String, CaseIterable {
    case lang
    case task
    case id
    case shadow
    case eta
    case expires
    case group
    case groupIndex = "group_index"
    case retries
    case timeLimits = "timelimit"
    case rootID = "root_id"
    case parentID = "parent_id"
    case argsrepr
    case kwargsrepr
    case origin
    case ignoreResult = "ignore_result"
    case replacedTaskNesting = "replaced_task_nesting"
    case stampedHeaders = "stamped_headers"
    case stamps
    case compression
    case redelivered

    static let table = JSONFieldTable<HeaderField>()
}
