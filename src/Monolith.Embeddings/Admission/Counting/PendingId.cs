namespace Monolith.Embeddings.Admission.Counting;

/// <summary>An id that is counted; 16 bytes.</summary>
internal readonly record struct PendingId
{
    private const uint Mark = 1u << 31;

    private readonly ulong _key;
    private readonly uint _markedCount, _lastSeen;

    /// <param name="key">Its mixed id, rotated so that the bits that chose the map come last.</param>
    /// <param name="count">How often it was seen, at least 1; 0 marks a free place.</param>
    /// <param name="lastSeen">The newest event time that it was seen at.</param>
    /// <param name="isOutOfSave">See <see cref="IsOutOfSave"/>.</param>
    public PendingId(ulong key, int count, uint lastSeen, bool isOutOfSave = false) =>
        (_key, _markedCount, _lastSeen) = (key, isOutOfSave ? (uint)count | Mark : (uint)count, lastSeen);

    public ulong Key => _key;

    public uint LastSeen => _lastSeen;

    public int Count => (int)(_markedCount & ~Mark);

    /// <summary>
    /// Whether a save that is under way has nothing more to get from it: it was written as it was, or came later. Never set where no save
    /// is under way, or where the save has passed.
    /// </summary>
    public bool IsOutOfSave => (_markedCount & Mark) != 0;

    /// <summary>The same, marked or not.</summary>
    public PendingId Marked(bool isOutOfSave) => new(Key, Count, LastSeen, isOutOfSave);
}
