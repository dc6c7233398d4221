using Monolith.Embeddings.Consumer.Tests.Faults.Clocks;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>
/// Ranges that are asked for what they cannot do, and plug-ins that throw in the midst of a batch: what is refused changed nothing, and
/// the limits of the whole hold afterwards.
/// </summary>
public sealed class RangeFaultTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Test]
    public void An_id_of_another_range_is_refused_before_anything_changes([Values(0, 1, 2, 3)] int verb)
    {
        using var set = new EmbeddingTableSet(Schema(), Options(new IdRange(0, 4)), new SetClock(Start));
        var (table, part) = (set.Tables[0], set.Tables[0].Part!);
        var own = Enumerable.Range(0, 100).Select(id => (long)id).First(table.Range.Contains);
        var foreign = Enumerable.Range(0, 100).Select(id => (long)id).First(id => !table.Range.Contains(id));
        var batch = new RangeBatch(0, 0) { EventTime = Start, NewestEventTime = Start, NewRows = 5, NewCountedIds = 5 };
        (batch.Batch.Ids, batch.Batch.Rows, batch.Batch.Gradients) = (new[] { own, foreign }, new float[2], new float[2]);
        batch.Batch.HasRow = new bool[2];
        part.SetQuota(0, 0);
        Assert.That(
            () =>
            {
                if (verb == 0) part.LookupOrAdmit(batch, 1);
                else if (verb == 1) part.ApplyGradients(batch, 1);
                else if (verb == 2) part.MarkKnown(batch, true);
                else part.Lookup(batch);
            },
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("of 4"));
        Assert.That(part.State, Is.EqualTo(new RangeState { NewestEventTime = DateTimeOffset.UnixEpoch }));
        // The earlier quota is still the one that counts.
        var row = new float[1];
        table.LookupOrAdmit([own], [], row, Start, 1);
        Assert.That(table.Contains(own), Is.False);
    }

    [Test]
    public void A_batch_that_is_wrong_changes_nothing_in_any_table([Range(0, 7)] int wrong, [Values] bool one)
    {
        using var tables = new RangeFixture(() => Schema(tables: 2), 4, Options(null), new SetClock(Start), answersLater: false);
        TableSet set = one ? tables.One : tables.Cut;
        var batches = new[] { new TableBatch(), new TableBatch() };
        foreach (var batch in batches)
            (batch.Ids, batch.Rows, batch.Gradients) = (new[] { 1L, 2, 3, 4, 5, 6 }, new float[6], new float[6]);
        var last = batches[1];
        if (wrong == 0) last.Counts = new[] { 1, 1, 1, 1, 1, 0 };
        if (wrong == 1) last.Counts = new[] { 1 };
        if (wrong == 2) last.Rows = new float[5];
        if (wrong == 3) last.HasRow = new bool[3];
        if (wrong == 4) last.StoredRows = new float[3];
        if (wrong == 5) (last.Gradients, last.Rows) = (new float[7], new float[7]);
        if (wrong == 6) last.WeightsAtRead = new float[1];
        if (wrong == 7) batches[1] = null!;
        Assert.That(
            async () =>
            {
                if (wrong < 5 || wrong > 6) await set.LookupOrAdmitAsync(batches, Start, 0);
                await set.ApplyGradientsAsync(batches, Start, 0);
            },
            Throws.InstanceOf<ArgumentException>());
        Assert.That(
            Enumerable.Range(1, 6).Count(id => one ? tables.One.Tables[0].Contains(id) : tables.Owner(0, id).Contains(id)), Is.Zero);
    }

    [Test]
    public async Task Limits_hold_after_a_plug_in_threw_in_one_range([Values] bool evicts, [Values] bool answersLater)
    {
        var stumbling = new Stumbling();
        using var tables = new RangeFixture(
            () => Schema(stumbling, evicts), 4, Options(null), new SetClock(Start), answersLater);
        var batch = new TableBatch { HasRow = new bool[20], Rows = new float[20] };
        for (var step = 0; step < 30; step++)
        {
            batch.Ids = Enumerable.Range(step * 10, 20).Select(id => (long)id).ToArray();
            stumbling.Throws = step % 3 == 1;
            try
            {
                await tables.Cut.LookupOrAdmitAsync([batch], Start, step);
            }
            catch (BatchInterruptedException) when (stumbling.Throws)
            {
            }
            var told = (await tables.Cut.GetStatisticsAsync())[0];
            Assert.That(told.Rows, Is.LessThanOrEqualTo(100), $"step {step}");
        }
        Assert.That((await tables.Cut.GetStatisticsAsync())[0].Rows, Is.GreaterThan(60));
    }

    [Test]
    public async Task A_range_that_is_disposed_says_so_and_the_others_go_on()
    {
        var clock = new SetClock(Start);
        EmbeddingTableSet[] sets = [.. Enumerable.Range(0, 4).Select(i => new EmbeddingTableSet(Schema(), Options(new(i, 4)), clock))];
        var cut = new PartitionedTableSet(Schema(), new LocalTableRanges(sets), Options(null), clock);
        var batch = new TableBatch { Ids = Enumerable.Range(0, 20).Select(id => (long)id).ToArray(), Rows = new float[20] };
        await cut.LookupOrAdmitAsync([batch], Start, 0);
        sets[2].Dispose();
        Assert.That(async () => await cut.LookupOrAdmitAsync([batch], Start, 1), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await cut.LookupAsync([batch]), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await cut.RefreshAsync(), Throws.TypeOf<ObjectDisposedException>());
        batch.Ids = batch.Ids.ToArray().Where(id => IdRange.IndexOf(id, 4) != 2).ToArray();
        batch.Rows = new float[batch.Ids.Length];
        await cut.LookupAsync([batch]);
        foreach (var set in sets) set.Dispose();
    }

    [Test]
    public void Ranges_of_nothing_are_refused_by_name()
    {
        Assert.That(() => new LocalTableRanges(null!), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new LocalTableRanges([null!]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new LocalTableRanges([]), Throws.InstanceOf<ArgumentException>());
    }

    private static EmbeddingTableSetOptions Options(IdRange? range) => new() { MemoryLimitBytes = 16 << 20, Seed = 3, Range = range };

    private static TableSchema Schema(Stumbling? initializer = null, bool evicts = false, int tables = 1) =>
        new([.. Enumerable.Range(0, tables).Select(i => Table(i, initializer, evicts))]);

    private static EmbeddingTableOptions Table(int i, Stumbling? initializer, bool evicts)
    {
        var policy = evicts ? new LeastRecentlyUpdatedOptions() : null;
        var options = new EmbeddingTableOptions { Name = $"t{i}", MaxRows = 100, AtLimit = policy };
        options.Segments.Add(new SegmentOptions { Name = "weight", Initializer = initializer ?? new Stumbling() });
        return options;
    }

    /// <summary>Throws for some ids, on demand.</summary>
    private sealed class Stumbling : InitializerOptions
    {
        public bool Throws { get; set; }

        public override Initializer Create() => new Made(this);

        public override void CollectErrors(OptionErrors errors)
        {
        }

        private sealed class Made(Stumbling options) : Initializer
        {
            public override string Name => "stumbling";

            public override void Initialize(ulong key, Span<float> weights)
            {
                if (options.Throws && key % 8 == 0) throw new NotSupportedException("on demand");
                weights.Fill(1);
            }
        }
    }
}
