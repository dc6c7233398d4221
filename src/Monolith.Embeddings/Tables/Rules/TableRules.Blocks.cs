using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>
/// Blocks of rows that take a step. All segments of a row take it, or none does, where a number would not be finite. So the segments are
/// kept before they are changed, except one, the last, which looks at its numbers before it stores them.
/// </summary>
internal sealed partial class TableRules
{
    // The segment that is not kept, or -1.
    private readonly int _last;

    /// <summary>
    /// Applies gradients to rows, in order; a row whose numbers would not all be finite stays as it was. Not where <see
    /// cref="AppliesRowByRow"/>.
    /// </summary>
    /// <param name="rows">The first float of each row, at most <see cref="RowUpdates.MaxRows"/>.</param>
    /// <param name="gradients">The first float of each gradient.</param>
    /// <param name="weightsAtRead">The first weight of each row when its gradient was computed; null where no optimizer asks.</param>
    /// <param name="room">Room for the rows.</param>
    /// <param name="context">What else a rule may depend on.</param>
    /// <param name="occurrences">
    /// How many gradients of its id the batch had before each row's, where rows are not in full precision. Then the rows are all different.
    /// </param>
    /// <returns>The rows that stayed as they were.</returns>
    public unsafe RefusedRows Apply(
        float** rows, float** gradients, float** weightsAtRead, KeptBlock room, in BlockContext context,
        ReadOnlySpan<int> occurrences = default)
    {
        var count = context.Ids.Length;
        if (Layout.IsPlain && count <= room.MostRows) return new(ApplySome(rows, gradients, weightsAtRead, room, in context), 0);
        var refused = default(RefusedRows);
        for (var start = 0; start < count; start += room.MostRows)
        {
            var some = context.Slice(start, Math.Min(room.MostRows, count - start));
            var reads = From(weightsAtRead, start);
            var more = Layout.IsPlain
                ? new(ApplySome(rows + start, gradients + start, reads, room, in some), 0)
                : ApplyPacked(rows + start, gradients + start, reads, room, in some, occurrences[start..]);
            refused = new(refused.All | more.All << start, refused.Overflowing | more.Overflowing << start);
        }
        return refused;
    }

    // Rarely are numbers not finite: then the rows that are left take their steps one by one.
    private unsafe uint ApplySome(float** rows, float** gradients, float** weightsAtRead, KeptBlock kept, in BlockContext context)
    {
        var done = Step(rows, gradients, weightsAtRead, kept, in context);
        if (done == context.Ids.Length) return 0;
        var refused = 0u;
        for (var row = done; row < context.Ids.Length; row++)
        {
            var one = context.Slice(row, 1);
            if (Step(rows + row, gradients + row, From(weightsAtRead, row), kept, in one) == 0) refused |= 1u << row;
        }
        return refused;
    }

    // How many rows took their step; the others stay as they were. Where not all of them took it, there is one whose numbers would not be
    // finite: the first that did not take it, if this is one of the last segment; any of them, if it is one of the others.
    private unsafe int Step(float** rows, float** gradients, float** weightsAtRead, KeptBlock kept, in BlockContext context)
    {
        var isFinite = true;
        for (var i = 0; i < _segments.Length; i++)
        {
            if (i != _last) isFinite &= _segments[i].Apply(rows, gradients, weightsAtRead, kept, in context);
        }
        var count = context.Ids.Length;
        var done = !isFinite ? 0 : _last < 0 ? count : _segments[_last].ApplyUnkept(rows, gradients, weightsAtRead, in context);
        if (done < count) Restore(rows, done, count, kept);
        return done;
    }

    // The last row first: one that a block has twice was kept twice.
    private unsafe void Restore(float** rows, int start, int end, KeptBlock kept)
    {
        for (var row = end - 1; row >= start; row--)
        {
            for (var i = 0; i < _segments.Length; i++)
            {
                if (i != _last) _segments[i].Restore(kept.At(row), rows[row]);
            }
        }
    }

    // The longest one saves the most.
    private int LastSegment()
    {
        var last = -1;
        for (var i = 0; i < _segments.Length; i++)
        {
            if (_segments[i].NeedsNoKeeping && (last < 0 || _segments[i].Place.Dimension > _segments[last].Place.Dimension)) last = i;
        }
        return last;
    }

    private static unsafe float** From(float** pointers, int start) => pointers is null ? null : pointers + start;
}
