using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Stripes;

internal sealed partial class Stripe
{
    /// <summary>Stamps the next rows that are later than a time with it.</summary>
    /// <param name="cursor">How far the walk has come.</param>
    /// <param name="most">How many rows to look at.</param>
    /// <param name="eventTime">The time.</param>
    /// <returns>How many were later.</returns>
    public int SetBackTimes(RowCursor cursor, int most, uint eventTime)
    {
        var (taken, changed) = (TakeRows(cursor, most), 0);
        for (var handle = cursor.Position; handle < cursor.Position + taken; handle++)
        {
            var row = _rows[handle];
            if (row.LastUpdate <= eventTime || IsDead(row)) continue;
            SetTime(handle, row, eventTime);
            changed++;
        }
        return changed;
    }

    /// <summary>
    /// Stamps rows that were written before any event time was known with the newest one: their time to live begins here.
    /// </summary>
    private void GiveTimes(ExpiryPass pass, int start, int stop)
    {
        if (pass.Now.NewestEvent == 0) return;
        for (var handle = start; handle < stop; handle++)
        {
            var row = _rows[handle];
            if (row.LastUpdate == 0 && !pass.IsDead(row)) SetTime(handle, row, pass.Now.NewestEvent);
        }
    }

    private void SetTime(int handle, Row row, uint eventTime)
    {
        BeforeWrite(row, handle);
        _rules.SetTime(row, eventTime);
        row.Stamp = Stamp;
        Changed(handle);
    }
}
