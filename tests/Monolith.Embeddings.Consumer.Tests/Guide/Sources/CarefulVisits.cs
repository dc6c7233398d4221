// docs/guide/sources.md shows what stands between the two marks, to the letter; SourcesPageTests holds that.
// <page>
using Monolith.Embeddings.Streams;

public static class CarefulVisits
{
    /// <summary>Says what it meets: bad lines, late files. Where its position is lost, it goes on with the newest file.</summary>
    public static JsonLinesSource<Visit> Open(string folder, VisitModel shop, TextWriter log) => new(
        LogFiles.Matching(folder, "visits-*.jsonl"), VisitJson.Default.Visit, shop.Encoder,
        new()
        {
            BadRecords =
            {
                Limit = 100,
                Handler = (bad, token) => new(log.WriteLineAsync($"{bad.Place}: {bad.Error.Message}".AsMemory(), token)),
            },
        },
        new()
        {
            PollInterval = TimeSpan.FromMilliseconds(100),
            MaxRecordBytes = 10_000,
            LostPosition = LostPosition.Newest,
            LateFile = (late, token) => new(log.WriteLineAsync($"{late.Name} came too late".AsMemory(), token)),
        });
}
// </page>
