using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Rules;

public class FakeQuantizationTests : LeakChecked
{
    private const int Dimension = 21;

    [Test]
    public void Training_reads_what_a_replica_would_and_gradients_go_straight_through(
        [Values] RowFormat format, [Values(RowPrecision.Float32, RowPrecision.Float16)] RowPrecision precision)
    {
        var codec = new RowCodecOptions { Format = format };
        using var table = TestTable.Create(Options(codec, precision));
        using var twin = TestTable.Create(Options(null, precision));
        var ids = TestTable.Range(0, 30);
        var (read, stored) = (new float[ids.Length * table.Dimension], new float[ids.Length * table.Dimension]);
        for (var step = 0; step < 3; step++)
        {
            var gradients = TestTable.Values(ids.Length, table.Dimension, step);
            Assert.That(table.LookupOrAdmit(ids, [], read, At.Seconds(1), step), Is.EqualTo(ids.Length));
            twin.LookupOrAdmit(ids, [], stored, At.Seconds(1), step);
            Assert.That(Bits.Of(TestTable.Read(table, ids)), Is.EqualTo(Bits.Of(stored)), "what is stored knows nothing of it");
            for (var i = 0; i < ids.Length; i++)
                Assert.That(codec.Create().TryQuantize(stored.AsSpan(i * table.Dimension + 1, Dimension)), Is.True);
            Assert.That(Bits.Of(read), Is.EqualTo(Bits.Of(stored)));
            table.ApplyGradients(ids, gradients, [], At.Seconds(1), step);
            twin.ApplyGradients(ids, gradients, [], At.Seconds(1), step);
        }
    }

    [Test]
    public void An_id_without_a_row_reads_zeros()
    {
        using var table = TestTable.Create(
            Options(new RowCodecOptions { Format = RowFormat.OneBit }, RowPrecision.Float32, o => o.MaxRows = 1));
        float[] output = [.. Enumerable.Repeat(9f, 2 * table.Dimension)];
        Assert.That(table.LookupOrAdmit([1, 2], [], output, At.Seconds(1)), Is.EqualTo(1));
        Assert.That(output.AsSpan(table.Dimension).ToArray(), Is.All.Zero);
        Assert.That(output.AsSpan(1, Dimension).ToArray(), Is.All.Matches<float>(value => Math.Abs(value) == 0.05f));
    }

    private static EmbeddingTableOptions Options(
        RowCodecOptions? codec, RowPrecision precision, Action<EmbeddingTableOptions>? configure = null) =>
        TestTable.Options(dimension: Dimension, configure: o =>
        {
            o.Segments[1].FakeQuantization = codec;
            o.Segments[1].Precision = precision;
            o.Segments[1].Optimizer = new AdagradOptions { LearningRate = 0.2f };
            configure?.Invoke(o);
        });
}
