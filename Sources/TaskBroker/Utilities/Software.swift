/// What this software calls itself in events and reports.
package enum Software {
    /// Celery's `sw_ident`.
    package static let identifier = "swift-taskbroker"
    /// Celery's `sw_ver`.
    package static let version = "0.1.0"
    #if os(macOS)
    /// Celery's `sw_sys`.
    package static let system = "Darwin"
    #else
    /// Celery's `sw_sys`.
    package static let system = "Linux"
    #endif
}
