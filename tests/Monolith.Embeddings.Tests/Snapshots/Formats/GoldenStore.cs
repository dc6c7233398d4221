using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Snapshots.Formats;

/// <summary>
/// A store as an older version of the library wrote it, in an archive: the files of the folder, and beside them what they must bring back.
/// </summary>
/// <param name="name">The name of the archive.</param>
internal sealed class GoldenStore(string name)
{
    private const string Expected = "expected.txt";

    private static readonly RowFormat[] Formats = [RowFormat.Float32, RowFormat.Float16, RowFormat.Int8];

    /// <summary>Lays the files into a folder.</summary>
    /// <returns>What a restore, and replicas, must bring back.</returns>
    public string[] ExtractTo(string folder)
    {
        using var stream = typeof(GoldenStore).Assembly.GetManifestResourceStream($"Golden.{name}.zip")!;
        using var archive = new ZipArchive(stream);
        archive.ExtractToDirectory(folder);
        var expected = Path.Combine(folder, Expected);
        var lines = File.ReadAllLines(expected);
        File.Delete(expected);
        return [.. lines.Select(AsSavedNow)];
    }

    /// <summary>Makes an archive of a folder, without the store's lock and reserve. For the next version of the format: no archive is ever
    /// written again.</summary>
    public void Write(string folder, string archives, string[] expected)
    {
        foreach (var own in Directory.GetFiles(folder, ".*")) File.Delete(own);
        File.WriteAllLines(Path.Combine(folder, Expected), expected);
        ZipFile.CreateFromDirectory(
            folder, Path.Combine(archives, name + ".zip"), CompressionLevel.SmallestSize, includeBaseDirectory: false);
    }

    /// <summary>All that the newest commit brings back into tables.</summary>
    public static async Task<IEnumerable<string>> RestoredAsync(SnapshotStore store, EmbeddingTableSet tables)
    {
        using var chain = await SnapshotChain.OpenAsync(await CopyOfStore.OfAsync(store), tables);
        var sections = chain.RestoredSections.OrderBy(s => s.Key, StringComparer.Ordinal)
            .Select(s => $"section {s.Key} {Hash(s.Value.Span)}");
        return [$"commit {chain.Newest!.Number} {chain.Newest.Identity}", .. SavedState.Of(tables)
            .Select(row => $"row {row}"), .. sections];
    }

    /// <summary>What replicas of the trained model hold, in each of their formats, and how they score.</summary>
    public static async Task<IEnumerable<string>> ServedAsync(SnapshotStore store)
    {
        var lines = new List<string>();
        foreach (var format in Formats)
        {
            var schema = GoldenTrainer.CreateSchema();
            using var model = GoldenTrainer.CreateModel(schema);
            await using var replica = await ModelReplica.OpenAsync(
                store, model, new() { Precision = format, PollEvery = Timeout.InfiniteTimeSpan, MemoryLimitBytes = 64 << 20 });
            lines.AddRange(Served(replica, schema).Select(line => $"{format} {line}"));
        }
        return lines;
    }

    // A sketch of a line a partition, as a record of version 1 says; version 2 has the number of the first line behind the times.
    private static string AsSavedNow(string line)
    {
        const int start = 21, header = 40, end = start + header + 2 * 64;
        var isOfSketch = line.Length == end && line.AsSpan(start).StartsWith("0102001F01000000", StringComparison.Ordinal);
        return isOfSketch ? $"{line[..start]}02{line[(start + 2)..(start + header)]}00000000{line[(start + header)..]}" : line;
    }

    private static IEnumerable<string> Served(ModelReplica replica, FeatureSchema schema)
    {
        long[] ids = [.. Enumerable.Range(0, GoldenTrainer.Users).Select(i => (long)i)];
        foreach (var table in schema.Tables)
        {
            var weights = new float[ids.Length * table.Segments.Sum(s => s.Dimension)];
            var found = replica.Lookup(table.Name, ids, weights);
            yield return $"{table.Name} {found} {Hash(weights)}";
        }
        var scores = new float[100];
        using var request = replica.Rent(scores.Length);
        for (var i = 0; i < scores.Length; i++) request.Add().Id(schema.Slots[0], i * 3).Id(schema.Slots[1], i * 2);
        replica.Predict(request, scores);
        yield return $"scores {Hash(scores)}";
    }

    private static string Hash(float[] numbers) => Hash(MemoryMarshal.AsBytes(numbers.AsSpan()));

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes))[..32];
}
