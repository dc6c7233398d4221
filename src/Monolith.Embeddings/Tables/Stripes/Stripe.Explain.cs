using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Indexing;

namespace Monolith.Embeddings.Tables.Stripes;

internal sealed partial class Stripe
{
    // A row that is dead and not yet reclaimed is told as it will be remembered.
    private RowRemoval? RemovalUnderWay(long id, ulong hash)
    {
        var handle = _index.Find(id, hash);
        if (_pass is not { } pass || handle == CuckooIndex.NotFound) return null;
        return new RowRemoval
        {
            Cause = RemovalCause.Expired,
            EventTime = pass.Now.NewestEvent,
            ClockTime = pass.Now.Clock,
            LastUpdate = _rows[handle].LastUpdate
        };
    }

    /// <summary>Adds to an explanation what the stripe knows about its id. Changes nothing.</summary>
    public RowExplanation Explain(RowExplanation asked, ulong hash, ExpiryPolicy? expiry)
    {
        ForgetPending();
        asked = asked with { LastRemoval = LastRemoval(asked.Id) };
        if (!TryFind(asked.Id, hash, out var row))
        {
            return asked with
            {
                LastRemoval = RemovalUnderWay(asked.Id, hash) ?? asked.LastRemoval,
                AdmissionFilter = _filter?.Name,
                Admission = _filter?.Explain(asked.Id),
            };
        }
        var segments = _rules.Explain(row);
        var known = _rules.Metadata(row);
        return asked with
        {
            HasRow = true,
            AdmittedAt = _rules.Layout.AdmissionTimeOffset == 0 ? null : known.AdmittedAt,
            Frequency = _rules.Layout.FrequencyOffset == 0 ? null : known.Frequency,
            LastUpdate = known.LastUpdate,
            TimeLeft = expiry?.TimeLeft(_rules.Metadata(row, expiry.ReadsWeights, asked.Now), asked.Now),
            WeightNorm = Math.Sqrt(segments.Sum(segment => segment.WeightNorm * segment.WeightNorm)),
            Segments = segments,
        };
    }
}
