using Monolith.Embeddings.Consumer.Tests.Faults.Numbers;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Files;

/// <summary>A table with a few rows into which files are imported, and what it holds, as a text to compare.</summary>
internal sealed class ImportTarget : IDisposable
{
    public const uint Now = 1_600_000_000;

    public ImportTarget()
    {
        Table = new EmbeddingTable(new EmbeddingTableOptions
        {
            Name = "t",
            Stripes = 2,
            RemovalHistory = 0,
            Segments = { new SegmentOptions { Name = "bias" }, new SegmentOptions { Name = "vector", Dimension = 2 } },
        }, new() { MemoryLimitBytes = 1 << 20 });
        Table.Assign([7, -1], [1, 2, 3, 4, 5, 6], At.Seconds(Now));
    }

    public EmbeddingTable Table { get; }

    /// <summary>All that an import may change.</summary>
    public string Content()
    {
        var lines = new List<string>();
        foreach (var chunk in Table.EnumerateRows())
        {
            for (var i = 0; i < chunk.Count; i++)
            {
                var seconds = chunk.LastUpdatesMilliseconds[i] / 1000;
                lines.Add($"{chunk.Ids[i]:D20} {seconds} {AbsurdFloats.Bits(chunk.Weights.Slice(3 * i, 3))}");
            }
        }
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines) + $"\nnewest {Table.NewestEventTime.InSeconds()}";
    }

    /// <summary>Imports a file.</summary>
    /// <returns>Null, or why it was refused: by no other exception than the one that is documented, and with nothing changed.</returns>
    public async Task<string?> ImportAsync(byte[] file, string what, uint? eventTime = null)
    {
        var before = Content();
        try
        {
            await TableImport.ReadNpzAsync(Table, new MemoryStream(file), eventTime is { } seconds ? At.Seconds(seconds) : null);
            return null;
        }
        catch (InvalidDataException e)
        {
            Assert.That(Content(), Is.EqualTo(before), $"{what}: a part was imported");
            Assert.That(e.Message, Has.Length.GreaterThan(20), what);
            return e.Message;
        }
        catch (Exception e)
        {
            throw new AssertionException($"{what}: {e}");
        }
    }

    public void Dispose() => Table.Dispose();
}
