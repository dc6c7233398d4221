using System.Text.Json;

namespace Monolith.Embeddings.CrashingTrainer.Pipeline;

/// <summary>
/// The two logs of a pipeline, each of several files: impressions, and clicks that come later, out of order, twice, without an impression,
/// and after their window. Made of a seed.
/// </summary>
public static class PipelineEvents
{
    /// <summary>The log of impressions, and that of clicks.</summary>
    public const string Shown = "shown.jsonl", Clicks = "clicks.jsonl";

    private const int Files = 6;
    private const long Start = 1_700_000_000_000;

    /// <summary>Writes both logs.</summary>
    /// <param name="folder">Where to; empty.</param>
    /// <param name="impressions">How many are shown.</param>
    /// <param name="seed">Of what is random.</param>
    /// <returns>How many impressions are there once, and so how many examples.</returns>
    public static long Write(string folder, int impressions, int seed)
    {
        var random = new Random(seed);
        var shown = new List<(long Key, string Line)>();
        var clicks = new List<(long Key, string Line)>();
        for (var i = 0; i < impressions; i++)
        {
            var (request, item, at) = (i / 4L, random.NextInt64(300), Start + (i * 20L));
            item = (item * 4) + (i % 4);
            var impression = new PipelineImpression { Request = request, Item = item, User = random.NextInt64(500), At = at };
            // Out of order by less than the allowed lateness; some are delivered twice.
            shown.Add((at + random.NextInt64(900), Line(impression)));
            if (random.Next(50) == 0) shown.Add((at + 900 + random.NextInt64(3000), Line(impression)));
            if (random.Next(4) != 0) continue;
            var click = new PipelineClick { Request = request, Item = item, At = at + random.NextInt64(-400, 7000) };
            clicks.Add((click.At + random.NextInt64(900), Line(click)));
            if (random.Next(20) == 0) clicks.Add((click.At + random.NextInt64(900), Line(click)));
            if (random.Next(40) == 0) clicks.Add((click.At + 100, Line(click with { Request = -1 - request })));
        }
        WriteFiles(folder, Shown, shown);
        WriteFiles(folder, Clicks, clicks);
        return impressions;
    }

    private static string Line(PipelineImpression impression) =>
        JsonSerializer.Serialize(impression, PipelineJson.Default.PipelineImpression);

    private static string Line(PipelineClick click) => JsonSerializer.Serialize(click, PipelineJson.Default.PipelineClick);

    // The newest file has the name alone, and those before it numbers that grow with age.
    private static void WriteFiles(string folder, string name, List<(long Key, string Line)> lines)
    {
        var ordered = lines.OrderBy(line => line.Key).Select(line => line.Line).ToList();
        var size = (ordered.Count + Files - 1) / Files;
        foreach (var (file, index) in ordered.Chunk(size).Select((file, index) => (file, Files - 1 - index)))
            File.WriteAllLines(Path.Combine(folder, index == 0 ? name : $"{name}.{index}"), file);
    }
}
