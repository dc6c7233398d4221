// docs/guide/several-tasks.md shows what stands between the two marks, to the letter; SeveralTasksPageTests holds that.
// <page>
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

/// <summary>An offer that was seen, and what is known of it by now: whether it was bought is null where that is not known.</summary>
public readonly record struct OfferRow(long User, long Offer, bool IsClicked, bool? IsBought, TimeSpan Waited, DateTimeOffset Seen);

public static class OfferRows
{
    public static ExampleSource Of(Offers offers, Func<IEnumerable<OfferRow>> rows)
    {
        var encoder = new ExampleEncoder<OfferRow>(offers.Schema, (in OfferRow row, ExampleWriter w) =>
        {
            w.Id(offers.User, row.User).Id(offers.Offer, row.Offer).Label(offers.Click, row.IsClicked).At(row.Seen);
            if (row.IsBought is { } isBought) w.Label(offers.Purchase, isBought).Delay(offers.Purchase, row.Waited);
        });
        return ExampleSource.From(rows, encoder, batchSize: 64);
    }
}
// </page>
