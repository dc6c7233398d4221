using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Tables.Stripes;

internal sealed partial class Stripe
{
    /// <summary>Adds what the stripe holds and what happened to it.</summary>
    public void AddTo(ref StatisticsTally tally)
    {
        tally.Counters.Add(in _counters);
        tally.Displacements.Add(in _index.Displacements);
        tally.Rows += _rows.Count;
        tally.PendingIds += CountPending();
        tally.OverflowIds += _index.OverflowCount;
        tally.Places += _index.Places;
        tally.Growths += _index.Growths;
        tally.RowBytes += _rows.Bytes;
        tally.IndexBytes += _index.Bytes;
        tally.FilterBytes += FilterBytes;
        tally.HistoryBytes += _removals.Bytes;
        tally.LogBytes += LogBytes;
        tally.OtherBytes += _samples.Bytes;
    }
}
