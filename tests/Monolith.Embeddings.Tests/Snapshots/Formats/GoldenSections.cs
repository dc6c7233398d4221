using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Formats;

/// <summary>
/// What wrote the golden store without a trainer: two tables, sections of an application's own, removals, a second incarnation, files for
/// replicas in some of the commits.
/// </summary>
internal static class GoldenSections
{
    /// <summary>All ids are less.</summary>
    public const int Ids = 40;

    public static EmbeddingTableSet CreateTables() => TrainedChain.Create(stripes: 2);

    /// <summary>Goes on from the store's newest commit, with the given number more.</summary>
    public static async Task WriteAsync(SnapshotStore store, int commits, bool publishServing = true)
    {
        using var tables = CreateTables();
        var options =
            new SnapshotChainOptions { PublishServing = publishServing, ServingSections = [SnapshotChain.ModelSection, "catalogue"] };
        using var chain = await SnapshotChain.OpenAsync(store, tables, options);
        for (; commits > 0; commits--)
        {
            var number = (int)(chain.Newest?.Number ?? 0) + 1;
            for (var step = 0; step < 12; step++) Step(tables.Tables[step % 2], number, step);
            await chain.CommitAsync(Sections(number));
        }
    }

    private static void Step(EmbeddingTable table, int number, int step)
    {
        var first = ((number * 7) + (step * 5)) % Ids;
        long[] ids = [first, (first + 3) % Ids, (first + 11) % Ids];
        var time = (uint)(1000 + (number * 6) + step);
        var values = new float[ids.Length * table.Dimension];
        for (var i = 0; i < values.Length; i++) values[i] = ((first + i) % 9 * 0.25f) - 1;
        if (step % 6 == 5) table.Remove(ids.AsSpan(0, 1));
        else if (step % 3 == 1) table.ApplyGradients(ids, values, [], At.Seconds(time), step);
        else if (step % 3 == 2) table.LookupOrAdmit(ids, [], values, At.Seconds(time), step);
        else table.Assign(ids, values, At.Seconds(time));
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> Sections(int number) => new()
    {
        [SnapshotChain.ModelSection] = Bytes(number, 100),
        ["catalogue"] = Bytes(number, 1000),
        ["application.état"] = Bytes(number, 30),
        ["empty"] = default,
    };

    private static byte[] Bytes(int number, int count) => [.. Enumerable.Range(0, count).Select(i => (byte)((i * number) % 251))];
}
