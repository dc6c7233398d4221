using System.Runtime.CompilerServices;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>
/// The rows of a block that a gradient is to be applied to, collected so that each optimizer is asked once a block. On the stack of one
/// call.
/// </summary>
internal unsafe struct RowUpdates
{
    /// <summary>How many rows go together at most: enough to keep the memory busy, few enough for their lines to stay in the
    /// cache.</summary>
    public const int MaxRows = 16;

    private Addresses _rows, _gradients, _weightsAtRead;
    private Ids _ids;
    private Counts _counts, _occurrences;
    private long _step;
    private uint _born, _stamp;
    private bool _hasWeightsAtRead;

    public int Count { get; private set; }

    /// <summary>
    /// Says how many gradients of the next row's id the batch had before. To be called where rows are not in full precision, whose blocks
    /// must not hold a row twice.
    /// </summary>
    public void Number(int occurrence) => _occurrences[Count] = occurrence;

    /// <summary>Whether a row was added.</summary>
    public readonly bool Contains(Row row) => ((ReadOnlySpan<nint>)_rows)[..Count].Contains((nint)row.Floats);

    /// <param name="row">Must stay in place until the updates are applied.</param>
    /// <param name="gradient">As well.</param>
    /// <param name="id">The id that owns the row.</param>
    /// <param name="step">The global step; the same for all rows of a block.</param>
    /// <param name="occurrences">How many occurrences the gradient sums.</param>
    /// <param name="weightsAtRead">
    /// The weights that the gradient was computed at, which must stay in place as well; null for all rows or for none.
    /// </param>
    /// <param name="isNew">Whether the row was created just now, and has counted these occurrences.</param>
    /// <param name="stamp">What the row stores that is written now.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Row row, float* gradient, long id, long step, int occurrences, float* weightsAtRead = null, bool isNew = false,
        uint stamp = 0)
    {
        if (isNew) _born |= 1u << Count;
        _stamp = stamp;
        _rows[Count] = (nint)row.Floats;
        _gradients[Count] = (nint)gradient;
        _ids[Count] = id;
        _counts[Count] = occurrences;
        _step = step;
        if (weightsAtRead is not null)
        {
            _hasWeightsAtRead = true;
            _weightsAtRead[Count] = (nint)weightsAtRead;
        }
        Count++;
    }

    /// <summary>Applies what was collected, notes at each row that it was written, and begins the next block.</summary>
    /// <param name="rules">The table's rules.</param>
    /// <param name="room">Room for the rows.</param>
    /// <param name="eventTime">When the rows are written.</param>
    /// <returns>The rows that were refused, because a number would not have been finite or not have fitted. They are unchanged.</returns>
    public RefusedRows Apply(TableRules rules, KeptBlock room, uint eventTime)
    {
        if (Count == 0) return default;
        RefusedRows refused;
        fixed (nint* rows = &_rows[0], gradients = &_gradients[0], weightsAtRead = &_weightsAtRead[0])
        {
            var occurrences = rules.Layout.IsPlain ? [] : ((ReadOnlySpan<int>)_occurrences)[..Count];
            var context = new BlockContext(_step, ((ReadOnlySpan<long>)_ids)[..Count], ((ReadOnlySpan<int>)_counts)[..Count]);
            refused = rules.Apply(
                (float**)rows, (float**)gradients, _hasWeightsAtRead ? (float**)weightsAtRead : null, room, in context, occurrences);
        }
        // Nearly always no row is new, and none refused.
        if ((refused.All | _born) == 0 && !rules.TracksFrequency) TouchAll(eventTime);
        else TouchWritten(rules, refused.All, eventTime);
        (Count, _born) = (0, 0);
        return refused;
    }

    private readonly void TouchAll(uint eventTime)
    {
        var stamp = _stamp;
        foreach (var address in ((ReadOnlySpan<nint>)_rows)[..Count])
        {
            var row = RowAt(address);
            if (eventTime > row.LastUpdate) row.LastUpdate = eventTime;
            row.Stamp = stamp;
        }
    }

    // A row that was created just now has counted these occurrences.
    private readonly void TouchWritten(TableRules rules, uint refused, uint eventTime)
    {
        for (var i = 0; i < Count; i++)
        {
            if ((refused >> i & 1) == 0) rules.Touch(RowAt(_rows[i]), (_born >> i & 1) == 0 ? _counts[i] : 0, eventTime, _stamp);
        }
    }

    /// <summary>The id of the row that was added at a place, also once the updates are applied.</summary>
    public readonly long IdAt(int place) => _ids[place];

    private static Row RowAt(nint floats) => new((byte*)floats - RowLayout.HeaderBytes);

    [InlineArray(MaxRows)]
    private struct Addresses
    {
        private nint _first;
    }

    [InlineArray(MaxRows)]
    private struct Ids
    {
        private long _first;
    }

    [InlineArray(MaxRows)]
    private struct Counts
    {
        private int _first;
    }
}
