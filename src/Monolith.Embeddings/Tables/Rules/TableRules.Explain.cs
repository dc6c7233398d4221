using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>What a row tells of itself.</summary>
internal sealed partial class TableRules
{
    /// <summary>Adds to an explanation what the id's row holds.</summary>
    /// <param name="asked">The explanation.</param>
    /// <param name="row">The row.</param>
    /// <param name="expiry">Says how long it lives; null where rows do not expire.</param>
    public RowExplanation Explain(RowExplanation asked, Row row, ExpiryPolicy? expiry)
    {
        var segments = Layout.IsPlain ? ExplainPlain(row) : ExplainPacked(row);
        var known = Metadata(row);
        return asked with
        {
            HasRow = true,
            AdmittedAt = Layout.AdmissionTimeOffset == 0 ? null : known.AdmittedAt,
            Frequency = Layout.FrequencyOffset == 0 ? null : known.Frequency,
            LastUpdate = known.LastUpdate,
            TimeLeft = expiry?.TimeLeft(Metadata(row, expiry.ReadsWeights, asked.Now), asked.Now),
            WeightNorm = Math.Sqrt(segments.Sum(segment => segment.WeightNorm * segment.WeightNorm)),
            Segments = segments,
        };
    }

    private SegmentExplanation[] ExplainPlain(Row row) => Array.ConvertAll(_segments, segment => segment.Explain(row));

    private SegmentExplanation[] ExplainPacked(Row row)
    {
        using var scratch = RowScratch.Rent(Layout);
        scratch.Load(row);
        return ExplainPlain(scratch.Row);
    }
}
