using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Features;

/// <summary>
/// Slots with one id a row are pooled without bags. Written with weights of 1 they are bags, and must give the same bits.
/// </summary>
public class OneIdSlotsTests : LeakChecked
{
    private const int Slots = 4, Rows = 24, Ids = 40, Batches = 5;

    [Test]
    public void Slots_of_one_id_give_the_bits_of_bags(
        [Values(Pooling.Sum, Pooling.Mean, Pooling.SqrtN, Pooling.Max, Pooling.FirstN)] Pooling pooling,
        [Values(1, 3, 16, 20)] int dimension)
    {
        Assert.That(Run(pooling, dimension, WeightedSlots.None), Is.EqualTo(Run(pooling, dimension, WeightedSlots.All)));
    }

    [Test]
    public void They_may_share_a_table_with_slots_that_have_bags([Values(3, 16)] int dimension)
    {
        Assert.That(Run(Pooling.Sum, dimension, WeightedSlots.Last), Is.EqualTo(Run(Pooling.Sum, dimension, WeightedSlots.All)));
    }

    [Test]
    public void A_slot_that_is_ragged_in_one_batch_has_bags_in_that_batch()
    {
        using var side = new Side(Pooling.Sum, 4);
        for (var step = 0; step < Batches; step++)
        {
            side.Batch.Clear();
            for (var row = 0; row < Rows; row++)
            {
                var writer = side.Batch.BeginRow();
                foreach (var slot in side.Slots) writer.Ids(slot, step % 2 == 1 && row == 3 ? [] : [row + step]);
                side.Batch.EndRow();
            }
            side.Learn(step, new Random(step));
            foreach (var segment in side.Schema.Layout.Segments)
            {
                var row = side.Layer.Inputs.Block(segment).Slice(3 * segment.Width, segment.Width).ToArray();
                Assert.That(row, step % 2 == 1 ? Is.All.Zero : Has.None.Zero, $"step {step}, {segment.Name}");
            }
        }
    }

    private enum WeightedSlots
    {
        None,
        Last,
        All,
    }

    // All inputs and all rows, as bits.
    private static uint[] Run(Pooling pooling, int dimension, WeightedSlots weighted)
    {
        using var side = new Side(pooling, dimension);
        var (random, seen) = (new Random(11), new List<uint>());
        for (var step = 0; step < Batches; step++)
        {
            side.Batch.Clear();
            for (var row = 0; row < Rows; row++)
            {
                var writer = side.Batch.BeginRow();
                foreach (var slot in side.Slots)
                {
                    long id = random.Next(Ids);
                    if (weighted == WeightedSlots.All || (weighted == WeightedSlots.Last && slot == side.Slots[^1])) writer.Id(slot, id, 1);
                    else writer.Id(slot, id);
                }
                side.Batch.EndRow();
            }
            side.Learn(step, random);
            foreach (var segment in side.Schema.Layout.Segments) seen.AddRange(Bits.Of(side.Layer.Inputs.Block(segment)));
        }
        seen.AddRange(side.AllRows());
        return [.. seen];
    }

    /// <summary>Slots that share one table.</summary>
    private sealed class Side : IDisposable
    {
        private readonly EmbeddingTableSet _tables;
        private readonly FeatureBlocks _gradients;

        public Side(Pooling pooling, int dimension)
        {
            var builder = new FeatureSchemaBuilder();
            var (adagrad, normal) = (new AdagradOptions { LearningRate = 0.1f }, new NormalInitializerOptions { StandardDeviation = 1 });
            builder.Table("t", row => row.Bias(adagrad, normal).Vector(dimension, adagrad, normal));
            Slots = [.. Enumerable.Range(0, OneIdSlotsTests.Slots).Select(i => builder.Slot($"s{i}", "t", pooling, maxIds: 2))];
            Schema = builder.Build();
            _tables = new EmbeddingTableSet(Schema, new() { Seed = 3, MemoryLimitBytes = 1 << 24 });
            (Layer, Batch) = (new EmbeddingLayer(_tables, Schema), new FeatureBatch(Schema));
            _gradients = new FeatureBlocks(Schema.Layout);
        }

        public FeatureSchema Schema { get; }

        public FeatureSlot[] Slots { get; }

        public EmbeddingLayer Layer { get; }

        public FeatureBatch Batch { get; }

        public void Learn(int step, Random random)
        {
            Layer.LookupOrAdmit(Batch, At.Seconds(1), step);
            _gradients.Resize(Batch.Rows);
            foreach (var segment in Schema.Layout.Segments)
                RandomFloats.Draw(random, _gradients.Block(segment).Length).CopyTo(_gradients.Block(segment));
            Layer.ApplyGradients(_gradients, At.Seconds(1), step);
        }

        public uint[] AllRows()
        {
            var table = _tables.Tables[0];
            var rows = new float[Ids * table.Dimension];
            table.Lookup([.. Enumerable.Range(0, Ids).Select(id => (long)id)], rows);
            return Bits.Of(rows);
        }

        public void Dispose() => _tables.Dispose();
    }
}
