/// The names of a result's fields, in the order in which Celery writes them.
enum ResultField: String, CaseIterable {
    case status
    case result
    case traceback
    case children
    case dateDone = "date_done"
    case groupID = "group_id"
    case parentID = "parent_id"
    case name
    case args
    case kwargs
    case worker
    case retries
    case queue
    case taskID = "task_id"

    static let table = JSONFieldTable<ResultField>()
}
