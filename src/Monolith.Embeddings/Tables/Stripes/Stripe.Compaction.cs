using System.Runtime.CompilerServices;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// How the dead rows of a pass go: from the first row up, their places are filled by the last rows that live, and last rows that are dead go without filling one. So no row moves
/// twice, and where half of them are dead a quarter moves. Many go at a time, each step for all of them before the next: what a step needs was fetched in the one before.
/// </summary>
internal sealed partial class Stripe
{
    // So few that they are still in the second-level cache at the last step.
    private const int RowsTogether = 512;

    // How many rows ahead those that are copied, or removed one by one, are fetched.
    private const int CopyWindow = 4, RemovalWindow = 8;

    /// <summary>Removes the dead among the next rows of a pass, as far as there are living ones behind them to fill their places, and moves the pass's border.</summary>
    /// <param name="pass">Says who is dead.</param>
    /// <param name="most">How many rows to look at from the border up; at most twice as many more are looked at from the last row down.</param>
    /// <returns>How many rows were looked at.</returns>
    [SkipLocalsInit]
    private int Compact(ExpiryPass pass, int most)
    {
        // The rows that are looked at from below and from above do not meet; one that is alone is looked at from above.
        var (start, count) = (_passed.Position, _rows.Count);
        var stop = Math.Min(PassEnd, start + Math.Min(Math.Min(most, RowsTogether), (count - start) / 2));
        Span<int> holes = stackalloc int[RowsTogether], dead = stackalloc int[2 * RowsTogether], living = stackalloc int[2 * RowsTogether];
        var hasUntimed = false;
        holes = holes[..pass.CollectDead(_rows, start, stop, holes, ref hasUntimed)];
        var from = start == stop ? start : Math.Max(stop, count - 2 * holes.Length);
        dead = dead[..pass.CollectDead(_rows, from, count, dead, ref hasUntimed)];
        living = living[..CollectOthers(from, count, dead, living)];
        if (hasUntimed)
        {
            GiveTimes(pass, start, stop);
            GiveTimes(pass, from, count);
        }

        // The rows from the new end up are those that fill places and dead ones.
        var filled = Math.Min(holes.Length, living.Length);
        var end = filled < living.Length ? living[filled] + 1 : from;
        RemoveAll(holes[..filled], in pass.Now);
        RemoveAll(dead[^(count - end - filled)..], in pass.Now);
        MoveAll(living[..filled], holes[..filled]);
        _rows.Truncate(end);
        _passed.Position = filled < holes.Length ? holes[filled] : start == stop ? count : stop;
        return stop - start + count - from;
    }

    /// <summary>
    /// The same where other cursors are open, which each removal has to keep in step: a row at a time, and each is asked about when its turn comes. A removal may bring a dead row
    /// to its own place, which is looked at next, and to places below other cursors, which are still to come.
    /// </summary>
    private int CompactBesideCursors(ExpiryPass pass, int most)
    {
        var (handle, looked) = (_passed.Position, 0);
        for (; looked < Math.Min(most, RowsTogether) && handle < PassEnd; looked++)
        {
            PrefetchRemoval(handle + RemovalWindow);
            var row = _rows[handle];
            if (pass.IsDead(row)) RemoveAt(handle, row.Key, _index.HashOf(row.Key), RemovalCause.Expired, in pass.Now);
            else GiveTimes(pass, handle, ++handle);
        }
        _passed.Position = handle;
        return looked;
    }

    // Written without a branch on who is dead, which cannot be predicted.
    private static int CollectOthers(int from, int count, ReadOnlySpan<int> dead, Span<int> others)
    {
        var (next, found) = (dead.Length - 1, 0);
        for (var handle = count - 1; handle >= from; handle--)
        {
            var isDead = next >= 0 && dead[next] == handle ? 1 : 0;
            others[found] = handle;
            found += 1 - isDead;
            next -= isDead;
        }
        return found;
    }

    // No save waits for these rows: it would have a cursor.
    private void RemoveAll(ReadOnlySpan<int> handles, in ExpiryTime now)
    {
        if (_log is not null)
        {
            foreach (var handle in handles) Log(_rows[handle].Key);
        }
        RememberExpired(handles, in now);
        _index.RemoveAll(handles);
    }

    private unsafe void MoveAll(ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        _index.MoveAll(from, to);
        var bytes = _rules.Layout.RowBytes;
        for (var i = 0; i < from.Length; i++)
        {
            if (i + CopyWindow < from.Length)
            {
                Prefetch.Lines(_rows[from[i + CopyWindow]].Address, bytes);
                Prefetch.Lines(_rows[to[i + CopyWindow]].Address, bytes);
            }
            CopyRow(from[i], to[i]);
        }
    }

    private unsafe void PrefetchRemoval(int handle)
    {
        if (handle >= _rows.Count) return;
        var row = _rows[handle];
        _index.Buckets.Prefetch(_index.HashOf(row.Key));
        Prefetch.Lines(row.Address, _rules.Layout.RowBytes);
    }
}
