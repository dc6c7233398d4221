using Monolith.Embeddings.Expiry;

namespace Monolith.Embeddings.Tables;

internal sealed partial class Stripe
{
    /// <summary>Adds to an explanation what the stripe knows about its id. Changes nothing.</summary>
    public RowExplanation Explain(RowExplanation asked, ulong hash, ExpiryPolicy? expiry)
    {
        asked = asked with { LastRemoval = LastRemoval(asked.Id) };
        if (!TryFind(asked.Id, hash, out var row)) return asked with { AdmissionFilter = _filter?.Name, Admission = _filter?.Explain(asked.Id) };
        var segments = _rules.Explain(row);
        var known = _rules.Metadata(row);
        return asked with
        {
            HasRow = true,
            AdmittedAt = _rules.Layout.AdmissionTimeOffset == 0 ? null : known.AdmittedAt,
            Frequency = _rules.Layout.FrequencyOffset == 0 ? null : known.Frequency,
            LastUpdate = known.LastUpdate,
            TimeLeft = expiry?.TimeLeft(in known, asked.Now),
            WeightNorm = Math.Sqrt(segments.Sum(segment => segment.WeightNorm * segment.WeightNorm)),
            Segments = segments,
        };
    }
}
