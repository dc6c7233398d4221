using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training.Slices;

/// <summary>
/// Says, before a batch is learned, to which slice each of its rows belongs by the first id of a slot. Buffers are used again. Not
/// thread-safe.
/// </summary>
/// <param name="slot">The slot whose first id decides.</param>
/// <param name="by">How it decides.</param>
internal abstract class Slicing(FeatureSlot slot, SliceBy by)
{
    private protected const int None = -1;

    private long[] _ids = [];

    /// <summary>The slot.</summary>
    public FeatureSlot Slot => slot;

    /// <summary>What decides.</summary>
    public SliceBy By => by;

    /// <summary>How many slices there may be.</summary>
    public abstract int MaxSlices { get; }

    /// <summary>How many there are.</summary>
    public virtual int Count => MaxSlices;

    /// <summary>What tells slices apart beside their number: saved before totals, so that those of others are told.</summary>
    public virtual IReadOnlyList<long> Marks => [];

    /// <summary>How much too high an id's count may be, see <see cref="MetricsSlice.CountError"/>.</summary>
    public virtual double CountError => 0;

    /// <summary>The slice of each row, -1 for one without an id in the slot; as long as the longest batch.</summary>
    public int[] Slices { get; private set; } = [];

    /// <summary>What a slice is called.</summary>
    public abstract string NameOf(int slice);

    /// <summary>Takes the <see cref="Marks"/> of totals that are to go on.</summary>
    /// <returns>False where the totals are those of other slices; nothing has changed.</returns>
    public virtual bool GoOn(IReadOnlyList<long> marks) => true;

    /// <summary>Assigns the rows of a batch.</summary>
    public void Assign(ExampleBatch batch)
    {
        Reserve(batch.Rows);
        var offsets = batch.Offsets(Slot);
        var ids = batch.Ids(Slot);
        var isShared = batch.IsShared(Slot);
        for (var row = 0; row < batch.Rows; row++)
        {
            var at = isShared ? 0 : row;
            var isThere = offsets[at] < offsets[at + 1];
            _ids[row] = isThere ? ids[offsets[at]] : 0;
            Slices[row] = isThere ? 0 : None;
        }
        Assign(_ids.AsSpan(0, batch.Rows), Slices.AsSpan(0, batch.Rows));
    }

    /// <summary>Goes on after the batch that was assigned, once it was learned.</summary>
    public void Advance(int rows) => Advance(_ids.AsSpan(0, rows), Slices.AsSpan(0, rows));

    /// <summary>What it needs to go on beside totals and marks; null for nothing.</summary>
    public virtual byte[]? Save() => null;

    /// <summary>Takes what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">These are no bytes of it.</exception>
    public virtual void Load(ReadOnlySpan<byte> bytes)
    {
    }

    /// <summary>Assigns rows.</summary>
    /// <param name="ids">The first id of each; any where it has none.</param>
    /// <param name="slices">0, or -1 for rows without an id, which stay so; receives the slices.</param>
    private protected abstract void Assign(ReadOnlySpan<long> ids, Span<int> slices);

    private protected virtual void Advance(ReadOnlySpan<long> ids, ReadOnlySpan<int> slices)
    {
    }

    private void Reserve(int rows)
    {
        if (_ids.Length >= rows) return;
        var length = Math.Max(rows, 2 * _ids.Length);
        (_ids, Slices) = (new long[length], new int[length]);
    }
}
