namespace Monolith.Embeddings.Rows;

/// <summary>
/// Counts the moments that a table set wants to tell changes before from changes after: the starts of expiry passes. Whoever writes a row stores the
/// number of now in it, its <see cref="Row.Stamp"/>; so a row of a smaller number than a moment's has not been written since. One clock serves all tables
/// of a set. Thread-safe.
/// </summary>
/// <remarks>
/// A moment of a table is exact if the clock is advanced while no verb of the table is under way: then a row of an older number was written before, and every
/// write from then on has the new number. To other tables of the set the number just grows. It is good for 2^32 - 1 moments: 136 years at one a second.
/// </remarks>
internal sealed class ChangeClock
{
    private uint _now = 1;

    /// <summary>The number that writes store now, at least 1.</summary>
    public uint Now => Volatile.Read(ref _now);

    /// <summary>Goes on behind a number that was used before, in another process.</summary>
    public void GoOnAfter(uint number)
    {
        for (var now = Now; now <= number;)
        {
            var found = Interlocked.CompareExchange(ref _now, checked(number + 1), now);
            if (found == now) return;
            now = found;
        }
    }

    /// <summary>Begins a new moment.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="OverflowException">All numbers are used up; nothing changed.</exception>
    public uint Advance()
    {
        for (var now = Now; ;)
        {
            var found = Interlocked.CompareExchange(ref _now, checked(now + 1), now);
            if (found == now) return now + 1;
            now = found;
        }
    }
}
