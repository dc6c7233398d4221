using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Features;

/// <summary>
/// Batches that threads share give the bits of the tables' own verbs, one id after the other: inputs, rows, filters, which ids got a row at
/// a limit and who went.
/// </summary>
public class SharedBatchTests : LeakChecked
{
    private static readonly string[] Names = ["plain", "counted", "halves"];

    private const int Rows = 700, Slots = 4, Dimension = 5, Batches = 12, Ids = 9000;

    [Test]
    public void Any_number_of_threads_gives_the_bits_of_the_verbs([Values(1, 2, 3, 8)] int threads, [Values] Limits limits)
    {
        Assert.That(Run(limits, threads, Rows, Batches), Is.EqualTo(Run(limits, threads: null, Rows, Batches)));
    }

    [Test]
    public void A_batch_of_several_chunks_does_too([Values(1, 3)] int threads)
    {
        Assert.That(Run(Limits.None, threads, 40_000, 2), Is.EqualTo(Run(Limits.None, threads: null, 40_000, 2)));
    }

    [Test]
    public void Two_threads_are_in_a_table_at_once()
    {
        // Each of the first two rows waits for the other, in a stripe of its own.
        using var meeting = new Barrier(2);
        var births = 0;
        var plugIns = new PlugIns
        {
            OnInitialize = _ =>
            {
                if (Interlocked.Increment(ref births) <= 2) meeting.SignalAndWait();
            },
        };
        using var side = new Side(Hooked(plugIns), 2);
        side.Learn(0, Rows);
        Assert.That(births, Is.GreaterThan(2));
    }

    [Test]
    public void A_part_that_fails_ends_the_batch_and_leaves_rows_whole([Values(1, 3)] int threads)
    {
        var plugIns = new PlugIns();
        using var side = new Side(Hooked(plugIns), threads);
        side.Learn(0, Rows);
        var created = 0;
        plugIns.OnInitialize = _ =>
        {
            if (Interlocked.Increment(ref created) > 100) throw new InvalidOperationException("no more");
        };
        var failure = Assert.Throws<BatchInterruptedException>(() => side.Learn(1, Rows));
        Assert.That(failure!.Message, Does.Contain("'t'").And.Contain("no more"));
        Assert.That(failure.Applied, Is.GreaterThan(0).And.LessThan(failure.Total));
        plugIns.OnInitialize = _ => { };
        side.Learn(1, Rows);
        Assert.That(side.Tables.Count, Is.EqualTo(side.Tables.Tables[0].GetStatistics().Created));
    }

    [Test]
    public void Nothing_is_allocated_a_batch([Values(1, 2)] int threads)
    {
        using var side = new Side(new Schema(AddTables(Limits.None), Names), threads);
        for (var step = 0; step < 20; step++) side.Learn(step % 3, Rows);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var step = 0; step < 10; step++) side.LearnAgain(step);
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(10_000), "ten batches of 2,800 ids");
    }

    public enum Limits
    {
        None,
        Refuse,
        Evict,
    }

    private static Schema Hooked(PlugIns plugIns) => new(
        builder => builder.Table("t", row => row.Segment("vector", Dimension, new SgdOptions(), plugIns.Initializer)), "t");

    private static Action<FeatureSchemaBuilder> AddTables(Limits limits) => builder =>
    {
        var (adagrad, normal) = (new AdagradOptions { LearningRate = 0.1f }, new NormalInitializerOptions { StandardDeviation = 1 });
        builder.Table("plain", row => row.Bias(adagrad, normal).Vector(Dimension, adagrad, normal), table => Limit(table, limits));
        builder.Table("counted", row => row.Vector(Dimension, adagrad, normal), table =>
        {
            table.Admission = new MinOccurrencesOptions(2);
            table.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(3));
            Limit(table, limits);
        });
        builder.Table("halves", row => row.Vector(Dimension, adagrad, normal), table =>
        {
            table.Segments[0].Precision = RowPrecision.Float16;
            table.Admission = new MinOccurrencesOptions(3)
            {
                Counter = new SketchCounterOptions { Bytes = SketchCounterOptions.MinBytes },
            };
        });
    };

    private static void Limit(EmbeddingTableOptions table, Limits limits)
    {
        if (limits == Limits.None) return;
        table.MaxRows = 2500;
        if (limits == Limits.Evict) table.AtLimit = new LeastRecentlyUpdatedOptions();
    }

    // Null: by the verbs of the tables.
    private static uint[] Run(Limits limits, int? threads, int rows, int batches)
    {
        using var side = new Side(new Schema(AddTables(limits), Names), threads);
        var seen = new List<uint>();
        for (var step = 0; step < batches; step++)
        {
            side.Learn(step, rows);
            seen.AddRange(side.Inputs());
            if (step % 4 == 3) side.Tables.Evict();
        }
        seen.AddRange(side.Contents());
        return [.. seen];
    }

    private sealed class Schema
    {
        public Schema(Action<FeatureSchemaBuilder> addTables, params string[] tables)
        {
            var builder = new FeatureSchemaBuilder();
            addTables(builder);
            Slots = [.. Enumerable.Range(0, SharedBatchTests.Slots).Select(i => builder.Slot($"s{i}", tables[i % tables.Length]))];
            Features = builder.Build();
        }

        public FeatureSchema Features { get; }

        public FeatureSlot[] Slots { get; }
    }

    /// <summary>A layer over tables of its own.</summary>
    private sealed class Side : IDisposable
    {
        private readonly Schema _schema;
        private readonly EmbeddingLayer _layer;
        private readonly FeatureBatch _batch;
        private readonly FeatureBlocks _gradients;

        public Side(Schema schema, int? threads)
        {
            _schema = schema;
            Tables = new EmbeddingTableSet(schema.Features, new() { Seed = 3, MemoryLimitBytes = 1 << 26 });
            _layer = threads is { } count
                ? new EmbeddingLayer(Tables, schema.Features, count)
                : new EmbeddingLayer(new UnsharedTables(Tables), schema.Features);
            (_batch, _gradients) = (new FeatureBatch(schema.Features), new FeatureBlocks(schema.Features.Layout));
        }

        public EmbeddingTableSet Tables { get; }

        /// <summary>Learns from rows that are drawn for the step: the first slots have one id a row, the last one has bags.</summary>
        public void Learn(int step, int rows)
        {
            var random = new Random(step);
            _batch.Clear();
            for (var row = 0; row < rows; row++)
            {
                var writer = _batch.BeginRow();
                foreach (var slot in _schema.Slots.AsSpan(0, Slots - 1)) writer.Id(slot, random.Next(Ids));
                writer.Ids(_schema.Slots[^1], row % 3 == 0 ? [] : [random.Next(Ids), random.Next(Ids)]);
                _batch.EndRow();
            }
            _gradients.Resize(rows);
            foreach (var segment in _schema.Features.Layout.Segments)
            {
                foreach (ref var value in _gradients.Block(segment)) value = 2 * random.NextSingle() - 1;
            }
            LearnAgain(step);
        }

        public void LearnAgain(int step)
        {
            _layer.LookupOrAdmit(_batch, At.Seconds(1_700_000_000 + step), step);
            _layer.ApplyGradients(_gradients, At.Seconds(1_700_000_000 + step), step);
        }

        public uint[] Inputs() => [.. _schema.Features.Layout.Segments.SelectMany(segment => Bits.Of(_layer.Inputs.Block(segment)))];

        /// <summary>All rows, and what the tables count.</summary>
        public uint[] Contents() => [.. Tables.Tables.SelectMany(table => Rows(table).Concat(Counts(table)))];

        public void Dispose() => Tables.Dispose();

        private static uint[] Rows(EmbeddingTable table)
        {
            var rows = new float[Ids * table.Dimension];
            var found = new bool[Ids];
            long[] ids = [.. Enumerable.Range(0, Ids).Select(id => (long)id)];
            table.Lookup(ids, rows);
            table.Contains(ids, found);
            return [.. Bits.Of(rows), .. found.Select(each => each ? 1u : 0u)];
        }

        private static IEnumerable<uint> Counts(EmbeddingTable table)
        {
            var all = table.GetStatistics();
            long[] counts =
            [
                all.Rows, all.PendingIds, all.Created, all.Refused, all.Expired, all.Evicted, all.DroppedGradients, all.NonFiniteUpdates,
                all.OverflowIds, all.IndexPlaces, table.NewestEventTime.InSeconds(),
            ];
            return counts.Select(count => (uint)count);
        }
    }
}
