import CeleryProtocol

/// What to do with a claimed message before any user code sees it.
///
/// A pure decision over the headers, the broker's clock and two counters, in about the order of celery-wire §4.3: a message that is late, revoked or early
/// is that for every worker, so only one that could run now asks who knows its task.
enum Admission: Sendable, Equatable {
    /// Run it.
    case run
    /// It is not due: put it aside without counting anything.
    case delay(until: Timestamp)
    /// It came too late.
    case expired
    /// Somebody has revoked it.
    case revoked
    /// Nobody here knows the task: put it aside for a worker that does.
    case park(until: Timestamp)
    /// Nobody came who knows the task.
    case notRegistered
    /// Workers keep dying on it, or losing it.
    case tooManyDeliveries

    /// How long a message of an unknown task is put aside, one time after the other; ten minutes in all, which is enough for
    /// a rolling deployment.
    static let parkingDelays: [Duration] = [.seconds(10), .seconds(30), .seconds(60), .seconds(180), .seconds(320)]

    init(
        _ headers: TaskHeaders,
        isKnown: Bool,
        isRevoked: Bool = false,
        redeliveries: Int,
        parkings: Int,
        maxDeliveries: Int,
        now: Timestamp
    ) {
        if redeliveries >= maxDeliveries {
            self = .tooManyDeliveries
        } else if let expires = headers.expires, expires <= now {
            self = .expired
        } else if isRevoked {
            self = .revoked
        } else if let eta = headers.eta, eta > now {
            self = .delay(until: eta)
        } else if isKnown {
            self = .run
        } else if parkings < Self.parkingDelays.count {
            self = .park(until: now.adding(Self.parkingDelays[max(parkings, 0)]))
        } else {
            self = .notRegistered
        }
    }
}
