using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Snapshots.Saving;
using System.Text;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>
/// What wrote the golden store with parts and segments: a trainer and two parts, a log of which the oldest segment is dropped.
/// </summary>
internal static class GoldenParts
{
    /// <summary>Goes on from the store's newest commit, with the given number more.</summary>
    public static async Task WriteAsync(SnapshotStore store, int commits)
    {
        using var parted = await PartedChain.OpenAsync(store, seed: 5);
        for (; commits > 0; commits--)
        {
            parted.Train(25);
            var number = (parted.Chain.Newest?.Number ?? 0) + 1;
            var text = Encoding.UTF8.GetBytes($"What commit {number} appends.");
            var name = $"hour {number}";
            var segment = await parted.Chain.WriteSegmentAsync(
                "journal é", name, async (stream, cancel) => await stream.WriteAsync(text, cancel));
            await parted.CommitAsync(appended: [segment], dropped: [.. parted.Chain.Segments.SkipLast(2)]);
        }
    }

    /// <summary>All that the newest commit brings back, where the parts are, and into one set of tables.</summary>
    public static async Task<IEnumerable<string>> RestoredAsync(SnapshotStore store)
    {
        var copy = await CopyOfStore.OfAsync(store);
        using var parted = await PartedChain.OpenAsync(copy, seed: 0);
        using var tables = PartedChain.CreateTables();
        using var chain = await SnapshotChain.OpenAsync(copy, tables);
        var lines = new List<string> { $"commit {chain.Newest!.Number} {chain.Newest.Identity}" };
        for (var set = 0; set < parted.Sets.Count; set++) lines.AddRange(SavedState.Of(parted.Sets[set]).Select(row => $"set {set} {row}"));
        lines.AddRange(PartedChain.StateOf(tables).Select(row => $"row {row}"));
        lines.AddRange(chain.RestoredSections.Select(s => $"section {s.Key} {Convert.ToHexString(s.Value.Span)}"));
        foreach (var segment in chain.Segments)
        {
            using var reader = new StreamReader(await chain.OpenSegmentAsync(segment));
            lines.Add($"segment {segment.Section} {segment.Name}: {await reader.ReadToEndAsync()}");
        }
        return lines;
    }
}
