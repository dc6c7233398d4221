using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>How the last updates of rows are set by others than the verbs that write rows. The stripe's lock covers it.</summary>
internal sealed class StripeTimes(StripeRows rows, StripeCut cut, TableRules rules)
{
    /// <summary>Stamps the next rows that are later than a time with it.</summary>
    /// <param name="pass">The eviction that is under way, whose dead rows stay as they are; null where there is none.</param>
    /// <param name="cursor">How far the walk has come.</param>
    /// <param name="most">How many rows to look at.</param>
    /// <param name="eventTime">The time.</param>
    /// <returns>How many were later.</returns>
    public int SetBack(ExpiryPass? pass, RowCursor cursor, int most, uint eventTime)
    {
        var (taken, changed) = (rows.Take(cursor, most), 0);
        for (var handle = cursor.Position; handle < cursor.Position + taken; handle++)
        {
            var row = rows[handle];
            if (row.LastUpdate <= eventTime || pass?.IsDead(row) == true) continue;
            Set(handle, row, eventTime);
            changed++;
        }
        return changed;
    }

    /// <summary>
    /// Stamps living rows that were written before any event time was known with the newest one: their time to live begins here.
    /// </summary>
    public void Begin(ExpiryPass pass, int start, int stop)
    {
        if (pass.Now.NewestEventSeconds == 0) return;
        for (var handle = start; handle < stop; handle++)
        {
            var row = rows[handle];
            if (row.LastUpdate == 0 && !pass.IsDead(row)) Set(handle, row, pass.Now.NewestEventSeconds);
        }
    }

    private void Set(int handle, Row row, uint eventTime)
    {
        cut.BeforeWrite(row, handle);
        rules.SetTime(row, eventTime);
        row.Stamp = cut.Stamp;
        rows.Marks.Mark(handle);
    }
}
