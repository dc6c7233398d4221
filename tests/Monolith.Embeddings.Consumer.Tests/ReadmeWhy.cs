// README.md shows what stands between the two marks, to the letter; ReadmeTests holds that.
// <readme>
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;

public static class Why
{
    public static void Tell(EmbeddingTable items, long id, TextWriter log)
    {
        log.WriteLine(items.Explain(id));   // has it a row, since when, for how long; or how far it came, when it went, and why
        var told = items.GetStatistics();
        log.WriteLine(
            $"{told.Rows} rows, {told.Bytes.Total} bytes, hit rate {told.HitRate:P1}, {told.Expired} expired, {told.Refused} refused");
        var forecast = items.DryRun(new TimeToLiveOptions(TimeSpan.FromDays(30)));
        log.WriteLine($"30 days to live would free {forecast.Rows} rows and miss {forecast.MissedLookupShare:P1} of recent lookups");
        foreach (var chunk in items.EnumerateRows())
            log.WriteLine($"{chunk.Count} rows, the first is of id {chunk.Ids[0]}");
    }
}
// </readme>
