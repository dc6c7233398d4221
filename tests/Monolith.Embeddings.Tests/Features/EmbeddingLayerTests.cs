using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Features;

public class EmbeddingLayerTests : LeakChecked
{
    private const int Dimension = 3, FirstN = 4;

    private static readonly Pooling[] Poolings = [.. Enum.GetValues<Pooling>().Where(pooling => pooling != Pooling.None)];

    [Test]
    public void Inputs_equal_the_formulas([ValueSource(nameof(Poolings))] Pooling pooling, [Values] bool weighted, [Values] bool isShared)
    {
        using var fixture = new Fixture(pooling);
        var bags = fixture.RandomBags(seed: 1, weighted, rows: isShared ? 1 : 20);
        var rows = fixture.Write(bags, isShared);
        fixture.Layer.LookupOrAdmit(fixture.Batch, eventTime: At.Seconds(1), step: 0);
        for (var row = 0; row < rows; row++)
        {
            var bag = bags[isShared ? 0 : row];
            var expected = PoolingOracle.Forward(pooling, fixture.Vectors(bag.Ids), bag.Weights, Dimension, FirstN);
            Assert.That(fixture.Input(row), Is.EqualTo(expected).Within(1e-6), $"row {row}");
        }
    }

    [Test]
    public void Gradients_reach_each_id_once_and_summed([ValueSource(nameof(Poolings))] Pooling pooling, [Values] bool weighted)
    {
        using var fixture = new Fixture(pooling);
        var bags = fixture.RandomBags(seed: 2, weighted, rows: 20);
        fixture.Write(bags, isShared: false);
        fixture.Layer.LookupOrAdmit(fixture.Batch, eventTime: At.Seconds(1), step: 0);
        var gradients = fixture.RandomGradients();
        var ids = bags.SelectMany(bag => bag.Ids).Distinct().ToArray();
        var expected = ids.ToDictionary(id => id, _ => new double[Dimension]);
        for (var row = 0; row < bags.Count; row++)
        {
            var vectors = fixture.Vectors(bags[row].Ids);
            for (var i = 0; i < bags[row].Ids.Count; i++)
            {
                for (var e = 0; e < Dimension; e++)
                    expected[bags[row].Ids[i]][e] += PoolingOracle.Backward(
                        pooling, vectors, bags[row].Weights, Dimension, fixture.RowOf(gradients, row), i, e);
            }
        }
        var before = fixture.Vectors(ids);
        fixture.Layer.ApplyGradients(gradients, eventTime: At.Seconds(1), step: 0);
        var after = fixture.Vectors(ids);
        for (var i = 0; i < ids.Length; i++)
        {
            for (var e = 0; e < Dimension; e++)
                Assert.That(before[i][e] - after[i][e], Is.EqualTo(expected[ids[i]][e]).Within(2e-5), $"id {ids[i]}, element {e}");
        }
    }

    [Test]
    public void A_shared_bag_receives_the_gradients_of_all_rows([ValueSource(nameof(Poolings))] Pooling pooling)
    {
        using var fixture = new Fixture(pooling);
        fixture.Write([([7], [1f])], isShared: true);
        fixture.Layer.LookupOrAdmit(fixture.Batch, eventTime: At.Seconds(1), step: 0);
        var gradients = new FeatureBlocks(fixture.Schema.Layout);
        gradients.Resize(fixture.Batch.Rows);
        gradients.Clear();
        gradients.Block(fixture.Segment).Fill(0.5f);
        var before = fixture.Vectors([7])[0];
        fixture.Layer.ApplyGradients(gradients, eventTime: At.Seconds(1), step: 0);
        var expected = before.Select(w => w - 0.5f * fixture.Batch.Rows).ToArray();
        Assert.That(fixture.Vectors([7])[0], Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void A_lookup_for_prediction_changes_nothing()
    {
        using var fixture = new Fixture(Pooling.Sum);
        fixture.Write([([1, 2, 3], [1f, 1f, 1f])], isShared: false);
        fixture.Layer.Lookup(fixture.Batch);
        Assert.That(fixture.Tables.Count, Is.Zero);
        Assert.That(fixture.Input(0), Is.All.Zero);
    }

    [Test]
    public void Ids_that_are_not_admitted_read_zeros_and_their_gradients_are_dropped()
    {
        using var fixture = new Fixture(Pooling.Sum, minOccurrences: 3);
        fixture.Write([([1], [1f]), ([1, 2], [1f, 1f])], isShared: false);
        fixture.Layer.LookupOrAdmit(fixture.Batch, eventTime: At.Seconds(1), step: 0);
        Assert.That(fixture.Input(0), Is.All.Zero);
        fixture.Layer.ApplyGradients(fixture.RandomGradients(), eventTime: At.Seconds(1), step: 0);
        var statistics = fixture.Tables.Tables[0].GetStatistics();
        Assert.That((statistics.Rows, statistics.DroppedGradients, statistics.PendingIds), Is.EqualTo((0, 2, 2)));
        // Two occurrences of id 1 were counted, so that the next one is its third.
        fixture.Layer.LookupOrAdmit(fixture.Batch, eventTime: At.Seconds(1), step: 1);
        Assert.That((fixture.Tables["t"].Contains(1), fixture.Tables["t"].Contains(2)), Is.EqualTo((true, false)));
    }

    [Test]
    public void Nothing_is_allocated_a_batch()
    {
        using var fixture = new Fixture(Pooling.Mean);
        fixture.Write(fixture.RandomBags(seed: 3, weighted: false, rows: 64), isShared: false);
        var gradients = new FeatureBlocks(fixture.Schema.Layout);
        gradients.Resize(64);
        gradients.Clear();
        for (var i = 0; i < 100; i++) Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Step()
        {
            fixture.Layer.LookupOrAdmit(fixture.Batch, eventTime: At.Seconds(1), step: 0);
            fixture.Layer.ApplyGradients(gradients, eventTime: At.Seconds(1), step: 0);
        }
    }

    [Test]
    public void A_batch_that_was_written_to_after_the_lookup_teaches_no_row()
    {
        using var fixture = new Fixture(Pooling.Sum);
        fixture.Write(fixture.RandomBags(seed: 3, weighted: false, rows: 20), isShared: false);
        fixture.Layer.LookupOrAdmit(fixture.Batch, eventTime: At.Seconds(1), step: 0);
        var (gradients, before) = (fixture.RandomGradients(), fixture.Tables.Tables[0].GetStatistics());
        fixture.Batch.Clear();
        fixture.Write(fixture.RandomBags(seed: 4, weighted: false, rows: 20), isShared: false);
        Assert.That(
            () => fixture.Layer.ApplyGradients(gradients, At.Seconds(2), 1),
            Throws.InvalidOperationException.With.Message.Contains("after it was looked up"));
        Assert.That(fixture.Tables.Tables[0].GetStatistics(), Is.EqualTo(before));
        Assert.That(fixture.Tables.Tables[0].NewestEventTime.InSeconds(), Is.EqualTo(1));
        fixture.Layer.LookupOrAdmit(fixture.Batch, eventTime: At.Seconds(2), step: 1);
        fixture.Layer.ApplyGradients(fixture.RandomGradients(), At.Seconds(2), 1);
    }

    [Test]
    public void Misuse_is_refused()
    {
        using var fixture = new Fixture(Pooling.Sum);
        using var other = new Fixture(Pooling.Mean);
        Assert.That(() => new EmbeddingLayer(fixture.Tables, other.Schema), Throws.ArgumentException);
        Assert.That(() => fixture.Layer.Lookup(other.Batch), Throws.ArgumentException);
        Assert.That(() => fixture.Layer.ApplyGradients(new FeatureBlocks(fixture.Schema.Layout), At.Seconds(1), 0),
            Throws.InvalidOperationException);
        fixture.Write([([1], [1f])], isShared: false);
        fixture.Layer.Lookup(fixture.Batch);
        Assert.That(() => fixture.Layer.ApplyGradients(new FeatureBlocks(fixture.Schema.Layout), At.Seconds(1), 0),
            Throws.ArgumentException.With.Message.Contains("0 rows"));
    }

    /// <summary>One slot over a table under SGD with a learning rate of 1, so that a gradient is what a row moves by.</summary>
    private sealed class Fixture : IDisposable
    {
        private readonly FeatureSlot _slot;
        private readonly Random _random = new(5);

        public Fixture(Pooling pooling, int minOccurrences = 0)
        {
            var builder = new FeatureSchemaBuilder();
            builder.Table(
                "t",
                row => row.Bias(new SgdOptions { LearningRate = 1 })
                    .Vector(Dimension, new SgdOptions { LearningRate = 1 }, new NormalInitializerOptions { StandardDeviation = 1 }),
                table => table.Admission = minOccurrences > 0 ? new Embeddings.Admission.MinOccurrencesOptions(minOccurrences) : null);
            _slot = builder.Slot("s", "t", pooling, pooling == Pooling.FirstN ? FirstN : int.MaxValue);
            Schema = builder.Build();
            Tables = new EmbeddingTableSet(Schema, new() { Seed = 3, MemoryLimitBytes = 1 << 24 });
            Layer = new EmbeddingLayer(Tables, Schema);
            Batch = new FeatureBatch(Schema);
        }

        public FeatureSchema Schema { get; }

        public EmbeddingTableSet Tables { get; }

        public EmbeddingLayer Layer { get; }

        public FeatureBatch Batch { get; }

        public SegmentLayout Segment => Schema.Layout.Find("vector")!;

        public float[] Input(int row) => RowOf(Layer.Inputs, row).ToArray();

        public ReadOnlySpan<float> RowOf(FeatureBlocks blocks, int row) => blocks.Block(Segment).Slice(row * Segment.Width, Segment.Width);

        /// <summary>Bags of 0 to 4 ids out of 10, so that ids repeat within bags and across rows.</summary>
        public List<(List<long> Ids, List<float> Weights)> RandomBags(int seed, bool weighted, int rows)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, rows).Select(_ =>
            {
                var count = random.Next(FirstN + 1);
                return (Enumerable.Range(0, count).Select(_ => (long)random.Next(10)).ToList(),
                    Enumerable.Range(0, count).Select(_ => weighted ? 2 * random.NextSingle() - 0.5f : 1).ToList());
            })];
        }

        public int Write(List<(List<long> Ids, List<float> Weights)> bags, bool isShared)
        {
            if (isShared)
            {
                Add(Batch.Shared, bags[0]);
                bags = [.. Enumerable.Repeat<(List<long>, List<float>)>(([], []), 6)];
            }
            foreach (var bag in bags)
            {
                var writer = Batch.BeginRow();
                if (!isShared) Add(writer, bag);
                Batch.EndRow();
            }
            return bags.Count;
        }

        public FeatureBlocks RandomGradients()
        {
            var gradients = new FeatureBlocks(Schema.Layout);
            gradients.Resize(Batch.Rows);
            foreach (var segment in Schema.Layout.Segments)
            {
                foreach (ref var value in gradients.Block(segment)) value = 2 * _random.NextSingle() - 1;
            }
            return gradients;
        }

        public List<float[]> Vectors(IEnumerable<long> ids)
        {
            var row = new float[1 + Dimension];
            return [.. ids.Select(id =>
            {
                Tables.Tables[0].Lookup(id, row);
                return row[1..];
            })];
        }

        public void Dispose() => Tables.Dispose();

        private void Add(FeatureWriter writer, (List<long> Ids, List<float> Weights) bag)
        {
            if (bag.Weights.TrueForAll(weight => weight == 1)) writer.Ids(_slot, bag.Ids.ToArray());
            else writer.Ids(_slot, bag.Ids.ToArray(), bag.Weights.ToArray());
        }
    }
}
