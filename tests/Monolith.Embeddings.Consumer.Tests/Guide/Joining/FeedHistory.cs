// docs/guide/impressions-and-clicks.md shows what stands between the two marks, to the letter; JoiningPageTests holds that.
// <page>
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

/// <summary>A line of a history that is joined already.</summary>
public sealed record PastImpression(Impression Shown, bool Clicked);

public static class FeedHistory
{
    /// <summary>What was shown and clicked before there was a joiner.</summary>
    /// <param name="read">Reads it from its beginning, in the order of time.</param>
    public static ExampleSource Of(Func<IEnumerable<PastImpression>> read)
    {
        var feed = new FeedModel();
        var encoder = new ExampleEncoder<PastImpression>(feed.Schema, (in PastImpression past, ExampleWriter w) =>
        {
            feed.Write(past.Shown, w);
            w.Label(feed.Click, past.Clicked);
        });
        return ExampleSource.From(read, encoder, batchSize: 64);
    }
}
// </page>
