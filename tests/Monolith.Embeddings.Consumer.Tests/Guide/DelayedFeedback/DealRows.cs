// docs/guide/delayed-feedback.md shows what stands between the two marks, to the letter; DelayedFeedbackPageTests holds that.
// <page>
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

/// <summary>A negative when an offer is seen, and a positive with the same features when it is bought.</summary>
public readonly record struct DealRow(long User, long Offer, bool IsBought, DateTimeOffset Seen);

public static class DealRows
{
    public static ExampleSource Of(Deals deals, Func<IEnumerable<DealRow>> rows)
    {
        var encoder = new ExampleEncoder<DealRow>(deals.Schema, (in DealRow row, ExampleWriter w) => w
            .Id(deals.User, row.User)
            .Id(deals.Offer, row.Offer)
            .Label(deals.Purchase, row.IsBought)
            .At(row.Seen));
        return ExampleSource.From(rows, encoder, batchSize: 64);
    }
}
// </page>
