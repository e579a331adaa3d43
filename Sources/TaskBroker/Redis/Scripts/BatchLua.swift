/// The Lua that knows how claims and batches are named, shared by the scripts of the claim protocol.
///
/// A batch is what one claim took from one list: it has one lease, whatever its size (`docs/decisions/0013-lease-per-claim.md`).
/// Its name is `<nonce>:<number>:<size>`, its claims are `<name>:1` to `<name>:<size>`. Any other name is that of a batch of one
/// claim with the same name, so that no entry of a sorted set of leases is without meaning.
enum BatchLua {
    /// The largest batch: bounds what a script does for one lease.
    static let maximumSize = 100

    /// `sizeOf(batch)`: how many claims a batch had; `nil` if its name does not tell.
    ///
    /// A larger size than there can be is none: a forged name must not make a script run for long.
    static let size = """
        local function sizeOf(batch)
            local size = tonumber(string.match(batch, '^.+:%d+:(%d%d?%d?)$'))
            return size and size <= \(Self.maximumSize) and size or nil
        end

        """

    /// `claimsOf(batch)`: the ids of its claims, in the order of their messages.
    ///
    /// Needs ``size``.
    static let claims = """
        local function claimsOf(batch)
            local size = sizeOf(batch)
            if not size then return {batch} end
            local ids = {}
            for i = 1, size do ids[i] = batch .. ':' .. i end
            return ids
        end

        """

    /// `batchOf(id)`: the batch of a claim.
    ///
    /// Needs ``size``.
    static let batch = """
        local function batchOf(id)
            local batch = string.match(id, '^(.+):%d+$')
            return batch and sizeOf(batch) and batch or id
        end

        """

    /// `closeClaims(lease, ended, batch, count)`: notes that so many claims more have ended, and removes the lease with the last.
    ///
    /// `count` has to be how many were really removed: a settlement that is sent again must not count twice. The note exists only
    /// while some have ended and others have not. If it is lost the lease stays until it runs out, which costs nothing. Needs ``size``.
    static let close = """
        local function closeClaims(lease, ended, batch, count)
            local size = sizeOf(batch) or 1
            if count < size then
                local sum = redis.pcall('HINCRBY', ended, batch, count)
                if type(sum) == 'table' or sum < size then return end
                redis.call('HDEL', ended, batch)
            end
            redis.pcall('ZREM', lease, batch)
        end

        """
}
