/// The settings that `inspect conf` shows, by Celery's names.
///
/// Everything else is left out, whatever it is: an allow-list cannot forget a secret (`reliability.md` X14).
package enum SettingName: String, CaseIterable, Sendable {
    case brokerURL = "broker_url"
    case resultBackend = "result_backend"
    case timezone
    case enableUTC = "enable_utc"
    case acceptContent = "accept_content"
    case taskSerializer = "task_serializer"
    case resultSerializer = "result_serializer"
    case taskDefaultQueue = "task_default_queue"
    case taskQueues = "task_queues"
    case taskCreateMissingQueues = "task_create_missing_queues"
    case taskTrackStarted = "task_track_started"
    case taskIgnoreResult = "task_ignore_result"
    case taskDefaultPriority = "task_default_priority"
    case taskTimeLimit = "task_time_limit"
    case taskSoftTimeLimit = "task_soft_time_limit"
    case taskAcksLate = "task_acks_late"
    case resultExpires = "result_expires"
    case resultExtended = "result_extended"
    case workerConcurrency = "worker_concurrency"
}
