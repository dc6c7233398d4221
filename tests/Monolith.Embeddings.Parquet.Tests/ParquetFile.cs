using Parquet;
using Parquet.Schema;

namespace Monolith.Embeddings.Parquet.Tests;

/// <summary>A file that is deleted after the test.</summary>
internal sealed class ParquetFile : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(
        System.IO.Path.GetTempPath(), $"monolith-test-{Environment.ProcessId}-{Guid.NewGuid():N}.parquet");

    /// <summary>A file of clicks: users from a number on, named items, a list of recent ids, a score that may be null, a time.</summary>
    public static async Task<ParquetFile> OfClicksAsync(int first, params int[] rowGroups)
    {
        DataField user = new DataField<long>("user");
        DataField item = new DataField("item", typeof(string), true);
        DataField recent = new("element", typeof(long), true);
        DataField score = new DataField<float>("score", true), at = new DataField<DateTime>("at");
        var file = new ParquetFile();
        await file.WriteAsync(new ParquetSchema(user, item, new ListField("recent", recent), score, at), async writer =>
        {
            foreach (var rows in rowGroups)
            {
                using var group = writer.CreateRowGroup();
                var numbers = Enumerable.Range(first, rows).ToArray();
                first += rows;
                await group.WriteAsync<long>(user, numbers.Select(n => (long)n).ToArray());
                await group.WriteAsync(item, numbers.Select(n => n % 3 == 0 ? null! : $"item {n}").ToArray());
                var lists = numbers.Select(RecentOf).ToArray();
                await group.WriteAllPartsAsync<long>(recent, lists.SelectMany(l => l ?? []).ToArray(),
                    lists.SelectMany(l => l is null ? [0] : l.Length == 0 ? [1] : l.Select(_ => 3)).ToArray(),
                    lists.SelectMany(l => l is null || l.Length == 0 ? [0] : l.Select((_, i) => i == 0 ? 0 : 1)).ToArray(), default);
                await group.WriteAsync<float>(score, numbers.Select(n => n % 2 == 0 ? null : (float?)n / 4).ToArray());
                await group.WriteAsync<DateTime>(at, numbers.Select(TimeOf).ToArray());
            }
        });
        return file;
    }

    /// <summary>Null, empty, or some numbers.</summary>
    public static long[]? RecentOf(int number) => (number % 4) switch
    {
        0 => null,
        1 => [],
        var count => [.. Enumerable.Range(0, count).Select(i => 100L * number + i)],
    };

    public static DateTime TimeOf(int number) => new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(number);

    public async Task WriteAsync(ParquetSchema schema, Func<ParquetWriter, Task> write)
    {
        using var stream = File.Create(Path);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);
        await write(writer);
    }

    public void Dispose() => File.Delete(Path);
}
