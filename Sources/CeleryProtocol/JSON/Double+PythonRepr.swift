extension Double {
    /// The shortest decimal text that reads back as this number, in the form of Python's `repr`: `1.0`, `1e+300`,
    /// `1e-05`.
    ///
    /// Swift and Python print the same digits, and both switch to an exponent below 1e-4. Upwards Swift does so at
    /// 2^53, Python at 1e16; between the two every double is an integer and has no shorter form than all its digits.
    func pythonRepr(nan: String = "nan", infinity: String = "inf") -> String {
        if self.isFinite {
            return 0x1p53..<1e16 ~= self.magnitude ? "\(Int64(self)).0" : self.description
        }
        if self.isNaN {
            return nan
        }
        return self < 0 ? "-" + infinity : infinity
    }
}
