/// All settings of a site but its address.
package struct SiteConfiguration: Sendable {
    /// What everything random about the site is derived from.
    package var seed: UInt64

    /// The number of users.
    package var users: Int

    /// What goes wrong.
    package var faults: FaultPlan.Configuration

    /// How many requests a second one client may make; nil for any number.
    package var rate: Double?

    /// How long a session lasts.
    package var sessionLifetime: Duration

    /// The name that logs in.
    package var loginName: String

    /// The password that logs in.
    package var password: String

    /// Creates a configuration; the defaults are the site's.
    package init(
        seed: UInt64 = 1,
        users: Int = 2_000,
        faults: FaultPlan.Configuration = FaultPlan.Configuration(),
        rate: Double? = nil,
        sessionLifetime: Duration = .seconds(300),
        loginName: String = "crawler",
        password: String = "crawler"
    ) {
        self.seed = seed
        self.users = users
        self.faults = faults
        self.rate = rate
        self.sessionLifetime = sessionLifetime
        self.loginName = loginName
        self.password = password
    }
}
