using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// How the dead rows of a pass go: from the first row up, their places are filled by the last rows that live, and last rows that are dead
/// go without filling one. So no row moves twice, and where half of them are dead a quarter moves. Many go at a time, each step for all of
/// them before the next: what a step needs was fetched in the one before. The stripe's lock covers it.
/// </summary>
internal sealed class StripeCompaction(StripeRows rows, StripeRemoval removal, StripeTimes times)
{
    // So few that they are still in the second-level cache at the last step.
    private const int RowsTogether = 512;

    // How many rows ahead those that are removed one by one are fetched.
    private const int RemovalWindow = 8;

    /// <summary>
    /// Removes the dead among the next rows of a pass, as far as there are living ones behind them to fill their places, and moves the
    /// pass's border.
    /// </summary>
    /// <param name="pass">Says who is dead.</param>
    /// <param name="border">The first row that is to be looked at; no cursor of the stripe meanwhile.</param>
    /// <param name="end">The handle after the last row that may be dead.</param>
    /// <param name="most">
    /// How many rows to look at from the border up; at most twice as many more are looked at from the last row down.
    /// </param>
    /// <returns>How many rows were looked at.</returns>
    public int RemoveDead(ExpiryPass pass, RowCursor border, int end, int most)
    {
        most = Math.Min(most, RowsTogether);
        return rows.HasNoCursor ? RemoveTogether(pass, border, Math.Min(end, rows.Count), most) : RemoveBesideCursors(
            pass, border, end, most);
    }

    [SkipLocalsInit]
    private int RemoveTogether(ExpiryPass pass, RowCursor border, int passEnd, int most)
    {
        // The rows that are looked at from below and from above do not meet; one that is alone is looked at from above.
        var (start, count) = (border.Position, rows.Count);
        var stop = Math.Min(passEnd, start + Math.Min(most, (count - start) / 2));
        Span<int> holes = stackalloc int[RowsTogether], dead = stackalloc int[2 * RowsTogether], living = stackalloc int[2 * RowsTogether];
        var hasUntimed = false;
        holes = holes[..pass.CollectDead(rows.Store, start, stop, holes, ref hasUntimed)];
        var from = start == stop ? start : Math.Max(stop, count - 2 * holes.Length);
        dead = dead[..pass.CollectDead(rows.Store, from, count, dead, ref hasUntimed)];
        living = living[..CollectOthers(from, count, dead, living)];
        if (hasUntimed)
        {
            times.Begin(pass, start, stop);
            times.Begin(pass, from, count);
        }

        // The rows from the new end up are those that fill places and dead ones.
        var filled = Math.Min(holes.Length, living.Length);
        var end = filled < living.Length ? living[filled] + 1 : from;
        removal.RemoveExpired(holes[..filled], in pass.Now);
        removal.RemoveExpired(dead[^(count - end - filled)..], in pass.Now);
        rows.FillAll(holes[..filled], living[..filled]);
        rows.Truncate(end);
        border.Position = filled < holes.Length ? holes[filled] : start == stop ? count : stop;
        return stop - start + count - from;
    }

    /// <summary>
    /// The same where other cursors are open, which each removal has to keep in step: a row at a time, and each is asked about when its
    /// turn comes. A removal may bring a dead row to its own place, which is looked at next, and to places below other cursors, which are
    /// still to come.
    /// </summary>
    private int RemoveBesideCursors(ExpiryPass pass, RowCursor border, int end, int most)
    {
        var (handle, looked) = (border.Position, 0);
        for (; looked < most && handle < Math.Min(end, rows.Count); looked++)
        {
            rows.PrefetchRemoval(handle + RemovalWindow);
            var row = rows[handle];
            if (pass.IsDead(row)) removal.Remove(handle, row.Key, rows.HashOf(row.Key), RemovalCause.Expired, in pass.Now);
            else times.Begin(pass, handle, ++handle);
        }
        border.Position = handle;
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
}
