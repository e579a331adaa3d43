extension String {
    /// Whether two texts are the same bytes.
    ///
    /// Swift holds `\u{E9}` and `e\u{301}` to be equal. To Redis and Python they are two names.
    func isSpelt(like other: String) -> Bool {
        self.utf8.elementsEqual(other.utf8)
    }
}

extension String? {
    /// Whether two texts are the same bytes, or neither is there.
    func isSpelt(like other: String?) -> Bool {
        guard let self, let other else { return self == nil && other == nil }
        return self.isSpelt(like: other)
    }
}
