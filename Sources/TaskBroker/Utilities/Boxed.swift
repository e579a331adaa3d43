/// A value that is kept elsewhere, if there is one: for what is large and seldom there, so that who has it stays small to move.
indirect enum Boxed<Value> {
    case nothing
    case something(Value)

    init(_ value: Value?) { self = value.map { .something($0) } ?? .nothing }

    var value: Value? {
        switch self {
        case .nothing: nil
        case .something(let value): value
        }
    }
}

extension Boxed: Equatable where Value: Equatable {}
extension Boxed: Hashable where Value: Hashable {}
extension Boxed: Sendable where Value: Sendable {}
