namespace Monolith.Embeddings.Rows;

/// <summary>
/// Counts the moments at which a table wants to tell changes before from changes after: the starts of expiry passes, and cuts. A write
/// stores the number of now in its row, the <see cref="Row.Stamp"/>; so a row of a smaller number than a moment's has not been written
/// since. A moment begins while no verb of the table is under way: then a row of an older number was written before, and every write from
/// then on has the new number. Thread-safe.
/// </summary>
/// <remarks>
/// A number has 32 bits, since each row holds one. Where they run out the table gives its rows new numbers, few of them, and the clock
/// starts again: see <see cref="IsRunningOut"/>.
/// </remarks>
/// <param name="renumberAt">
/// From which number on it is time for new ones; half of the numbers are left then for what has to come to its end first.
/// </param>
internal sealed class ChangeClock(uint renumberAt = 1u << 31)
{
    private uint _now = 1;

    /// <summary>The number that writes store now, at least 1.</summary>
    public uint Now => Volatile.Read(ref _now);

    /// <summary>Whether it is time to give rows new numbers.</summary>
    public bool IsRunningOut => Now >= renumberAt;

    /// <summary>Begins a new moment. By one thread at a time.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="OverflowException">All numbers are used up; nothing changed.</exception>
    public uint Advance()
    {
        var next = checked(Now + 1);
        Volatile.Write(ref _now, next);
        return next;
    }

    /// <summary>Goes on from a number: from a small one once all rows have smaller ones, or, in tests, from a large one.</summary>
    public void GoOnFrom(uint number) => Volatile.Write(ref _now, number);
}
