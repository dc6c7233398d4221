using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Exchange;

/// <summary>An array of more than 4 GiB, for which a zip file needs the numbers of 64 bits.</summary>
public class LargeNpzTests : LeakChecked
{
    private const int Dimension = 4096, Rows = 300_000;

    [Test, Category("Long"), Explicit("Takes minutes, and 10 GB of disk.")]
    public void More_than_4_GiB_come_back([Values] bool compress)
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.Path);
        using var file = new FileStream(Path.Combine(folder.Path, "large.npz"), FileMode.CreateNew);
        Assert.That(NpzWriter.Write(new ManyRows(), file, compress, folder.Path, CancellationToken.None), Is.EqualTo(Rows));
        Assert.That(compress || file.Length > 1L << 32);
        using var table = TestTable.Create(TestTable.Plain(dimension: Dimension));
        using var source = new NpzFile(file);
        using var rows = new NpzRows(source, table);
        var next = 0L;
        rows.ForEach(0, chunk =>
        {
            for (var i = 0; i < chunk.Count; i++, next++)
            {
                Assert.That(
                    (chunk.Ids[i], chunk.Weights[i * Dimension], chunk.LastUpdatesMilliseconds[i]),
                    Is.EqualTo((next, (float)next, 1000L * next)));
            }
            return true;
        }, CancellationToken.None);
        Assert.That(next, Is.EqualTo(Rows));
    }

    private sealed class ManyRows : TableRows
    {
        public override IReadOnlyList<SegmentTraits> Segments { get; } = [new() { Name = "vector", Offset = 0,
            Dimension = LargeNpzTests.Dimension }];

        public override bool IdsCarrySlots => false;

        public override void ForEach(RowChunkAction action, CancellationToken cancellationToken)
        {
            var weights = new float[Dimension];
            for (var i = 0; i < Rows; i++)
            {
                weights[0] = i;
                action(new RowChunk([i], weights, [(uint)i]));
            }
        }
    }
}
