using System.Runtime.CompilerServices;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

/// <summary>The rows of a block that a gradient is to be applied to, collected so that each optimizer is asked once a block. On the stack of one call.</summary>
internal unsafe struct RowUpdates
{
    private Addresses _rows, _gradients, _weightsAtRead;
    private Ids _ids;
    private Counts _counts;
    private long _step;
    private bool _hasWeightsAtRead;

    public int Count { get; private set; }

    /// <param name="row">Must stay in place until the updates are applied.</param>
    /// <param name="gradient">As well.</param>
    /// <param name="id">The id that owns the row.</param>
    /// <param name="step">The global step; the same for all rows of a block.</param>
    /// <param name="occurrences">How many occurrences the gradient sums.</param>
    /// <param name="weightsAtRead">The weights that the gradient was computed at, which must stay in place as well; null for all rows or for none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Row row, float* gradient, long id, long step, int occurrences, float* weightsAtRead = null)
    {
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

    /// <summary>Applies what was collected, and starts anew.</summary>
    public void Apply(TableRules rules)
    {
        if (Count == 0) return;
        fixed (nint* rows = &_rows[0], gradients = &_gradients[0], weightsAtRead = &_weightsAtRead[0])
        {
            var context = new BlockContext(_step, ((ReadOnlySpan<long>)_ids)[..Count], ((ReadOnlySpan<int>)_counts)[..Count]);
            rules.Apply((float**)rows, (float**)gradients, _hasWeightsAtRead ? (float**)weightsAtRead : null, in context);
        }
        Count = 0;
    }

    [InlineArray(IdBlock.MaxCount)]
    private struct Addresses
    {
        private nint _first;
    }

    [InlineArray(IdBlock.MaxCount)]
    private struct Ids
    {
        private long _first;
    }

    [InlineArray(IdBlock.MaxCount)]
    private struct Counts
    {
        private int _first;
    }
}
