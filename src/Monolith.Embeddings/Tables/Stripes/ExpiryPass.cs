using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// Which rows are dead by one eviction: those that its policy called expired at its start and that were not written since. Rows change by
/// being written and in no other way, so that the policy can be asked later, a row at a time, and its answer is that of the start.
/// </summary>
/// <param name="policy">The policy of this pass.</param>
/// <param name="now">The time of its start.</param>
/// <param name="stamp">The number of its start, by the table's change clock.</param>
/// <param name="rules">Say what is known about a row.</param>
internal sealed class ExpiryPass(ExpiryPolicy policy, ExpiryTime now, uint stamp, TableRules rules)
{
    private readonly ExpiryTime _now = now;
    private readonly bool _readsWeights = policy.ReadsWeights;
    private readonly uint? _expiresUpTo = policy.ExpiresUpToSecond(in now);

    // Rows without a time, 0, die with those of now: 0 where they do, 1 where they are to be passed over.
    private readonly uint _firstTime = policy.ExpiresUpToSecond(in now) >= now.SecondsOfUntimedRows ? 0u : 1u;
    private ExceptionDispatchInfo? _failure;
    private FirstFailure? _untold;

    public ref readonly ExpiryTime Now => ref _now;

    /// <summary>
    /// Ids that a filter counts are forgotten if they were last seen at this second or before; null where they are kept.
    /// </summary>
    public uint? ForgetPendingUpToSecond { get; } = EventSeconds.OfBound(policy.ForgetPendingUpTo(in now));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsDead(Row row) => row.Stamp < stamp && IsExpired(row);

    /// <summary>Looks for the dead among rows. A row that the policy throws for lives.</summary>
    /// <param name="rows">The rows of a stripe.</param>
    /// <param name="start">The first handle to look at.</param>
    /// <param name="stop">The handle after the last one.</param>
    /// <param name="dead">Receives the handles of the dead, upwards.</param>
    /// <param name="hasUntimed">Set where rows without a time are among them.</param>
    /// <returns>How many are dead.</returns>
    public int CollectDead(RowStore rows, int start, int stop, Span<int> dead, ref bool hasUntimed)
    {
        if (_expiresUpTo is { } newest) return CollectUpTo(newest, rows, start, stop, dead, ref hasUntimed);
        var count = 0;
        while (start < stop)
        {
            try
            {
                // Many rows behind one guard: one for each would cost as much as the question.
                Collect(rows, ref start, stop, dead, ref count, ref hasUntimed);
            }
            catch (Exception cause)
            {
                Note(cause);
                start++;
            }
        }
        return count;
    }

    /// <summary>Throws what the policy threw first, if it threw.</summary>
    public void ThrowIfFailed() => Volatile.Read(ref _failure)?.Throw();

    /// <summary>
    /// Says that no call waits for the end: what the policy threw, or throws until then, is kept for another call to throw.
    /// </summary>
    public void Abandon(FirstFailure untold)
    {
        Interlocked.Exchange(ref _untold, untold);
        if (Volatile.Read(ref _failure) is { } failure) untold.Keep(failure);
    }

    private void Collect(RowStore rows, ref int handle, int stop, Span<int> dead, ref int count, ref bool hasUntimed)
    {
        for (; handle < stop; handle++)
        {
            rows.PrefetchHeader(handle + StripeRows.ScanWindow);
            var row = rows[handle];
            hasUntimed |= row.LastUpdate == 0;
            if (row.Stamp < stamp && Ask(row)) dead[count++] = handle;
        }
    }

    // No policy is asked, so that nothing throws. Written without a branch on who is dead, which cannot be predicted, and with the rows in
    // registers: memory alone is waited for.
    private unsafe int CollectUpTo(uint newest, RowStore rows, int start, int stop, Span<int> dead, ref bool hasUntimed)
    {
        var view = rows.View;
        var (begun, count, last) = (stamp, 0, rows.Count - 1);
        var (first, times, oldest) = (_firstTime, newest - _firstTime + 1, uint.MaxValue);
        for (var handle = start; handle < stop; handle++)
        {
            Memory.Prefetch.Line(view[Math.Min(last, handle + StripeRows.ScanWindow)].Address);
            var row = view[handle];
            dead[count] = handle;
            count += (row.Stamp < begun ? 1 : 0) & (row.LastUpdate - first < times ? 1 : 0);
            oldest = Math.Min(oldest, row.LastUpdate);
        }
        hasUntimed |= oldest == 0;
        return count;
    }

    // A row that the policy throws for lives: whatever the order in which rows are asked about, all who ask get the same answer.
    private bool IsExpired(Row row)
    {
        if (_expiresUpTo is { } newest) return row.LastUpdate - _firstTime < newest - _firstTime + 1;
        try
        {
            return Ask(row);
        }
        catch (Exception cause)
        {
            Note(cause);
            return false;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Ask(Row row) => policy.IsExpired(rules.Metadata(row, _readsWeights, in _now), in _now);

    // A call that abandons the pass in this moment sees the failure, or is seen here.
    private void Note(Exception cause)
    {
        Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(cause), null);
        Volatile.Read(ref _untold)?.Keep(_failure);
    }
}
