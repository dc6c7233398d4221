using Monolith.Embeddings.Expiry;

namespace Monolith.Embeddings.Tables;

internal sealed partial class Stripe
{
    /// <summary>Adds to an explanation what the stripe knows about its id. Changes nothing.</summary>
    public RowExplanation Explain(RowExplanation asked, ulong hash, ExpiryPolicy? expiry)
    {
        asked = asked with { LastRemoval = LastRemoval(asked.Id) };
        if (!TryFind(asked.Id, hash, out var row)) return asked with { Admission = _filter?.Explain(asked.Id) };
        var segments = _rules.Explain(row);
        return asked with
        {
            HasRow = true,
            LastUpdate = row.LastUpdate,
            TimeLeft = expiry?.TimeLeft(_rules.Metadata(row), asked.Now),
            WeightNorm = Math.Sqrt(segments.Sum(segment => segment.WeightNorm * segment.WeightNorm)),
            Segments = segments,
        };
    }
}
