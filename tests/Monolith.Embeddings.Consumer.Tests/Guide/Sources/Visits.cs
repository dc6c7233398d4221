// docs/guide/sources.md shows what stands between the two marks, to the letter; SourcesPageTests holds that.
// <page>
using Monolith.Embeddings.Streams;

public static class Visits
{
    /// <summary>A log that is written to now. The source waits for more at its end, until it is cancelled.</summary>
    public static JsonLinesSource<Visit> Live(string path, VisitModel shop) =>
        new(LogFiles.Rotating(path), VisitJson.Default.Visit, shop.Encoder, new() { MaxDelay = TimeSpan.FromSeconds(5) });

    /// <summary>Files of past days, to the end of the last one.</summary>
    public static JsonLinesSource<Visit> Past(string folder, VisitModel shop) =>
        new(LogFiles.Matching(folder, "visits-*.jsonl"), VisitJson.Default.Visit, shop.Encoder, null, new() { Follow = false });

    /// <summary>The past, and then what comes.</summary>
    public static ExampleSource All(string folder, string path, VisitModel shop) => Past(folder, shop).Then(Live(path, shop));
}
// </page>
