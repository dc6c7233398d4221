using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tables.Eviction;

/// <summary>
/// Collects the lowest k of any number of ranks, exactly, in the room of 2k: when that is full, the lowest k are selected, and from then on
/// only ranks below the highest of these come in. Native memory. Not thread-safe.
/// </summary>
internal sealed unsafe class WorstRows : IDisposable
{
    private const int SmallestSpare = 256;

    private readonly NativeBlock _block;
    private readonly int _wanted;
    private readonly int _capacity;
    private int _count;

    /// <param name="wanted">k, at least 1.</param>
    /// <param name="account">Pays for the memory.</param>
    /// <exception cref="OutOfMemoryException">There is not enough.</exception>
    public WorstRows(int wanted, MemoryAccount account)
    {
        (_wanted, _capacity) = (wanted, wanted + Math.Max(wanted, SmallestSpare));
        _block = account.Allocate((long)_capacity * RowRank.Bytes);
    }

    /// <summary>Ranks from here on up do not come in.</summary>
    public RowRank Bound { get; private set; } = RowRank.Highest;

    /// <summary>Whether <see cref="Select"/> must make room before the next rank.</summary>
    public bool IsFull => _count == _capacity;

    private Span<RowRank> Ranks => new(_block.Pointer, _capacity);

    /// <summary>Takes a rank in, unless k lower ones are known.</summary>
    public void Add(RowRank rank)
    {
        if (rank < Bound) Ranks[_count++] = rank;
    }

    /// <summary>Drops all but the lowest k.</summary>
    public void Select()
    {
        if (_count < _wanted) return;
        Selection.PutLowestFirst(Ranks[.._count], _wanted);
        Bound = Ranks[_wanted - 1];
        _count = _wanted;
    }

    /// <summary>
    /// The ids of the lowest k, or of all where there are fewer, in no particular order. Valid until disposal; ends the collecting.
    /// </summary>
    public Span<long> SelectIds()
    {
        Select();
        // Behind the k ranks there is room for as many again.
        var ids = new Span<long>(_block.Pointer + (long)_wanted * RowRank.Bytes, _count);
        for (var i = 0; i < ids.Length; i++) ids[i] = unchecked((long)KeyMixer.Unmix(Ranks[i].MixedId));
        return ids;
    }

    public void Dispose() => _block.Dispose();
}
