using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Negatives;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>What a sampler refuses, tells, and composes with.</summary>
public class NegativeSamplerTests : LeakChecked
{
    private readonly SamplerFixture _f = new();

    [Test]
    public void All_errors_are_reported_at_once()
    {
        var other = new SamplerFixture();
        var builder = new FeatureSchemaBuilder();
        builder.Table("others", row => row.Bias(new SgdOptions()));
        var foreign = builder.Slot("foreign", "others");
        var late = builder.Task("late", new() { Correction = FeedbackCorrection.FakeNegativeWeighting });
        builder.Build();
        var options = new NegativeSamplerOptions
        {
            Task = late,
            Item = other.Item,
            User = other.Item,
            ItemSlots = [foreign, null!],
            ItemDense = [0..2, 1..3, 2..9, 1..1],
            PerPositive = 0,
            Power = double.NaN,
            Window = 1001,
            MaxUsers = 0,
            MaxItems = -1,
            ItemAge = TimeSpan.Zero,
            HalfLife = TimeSpan.MaxValue,
        };
        var failures = Assert.Throws<OptionsValidationException>(() => _f.Source([], 1).WithNegatives(options))!.Failures.ToList();
        string[] names =
            ["Task", "PerPositive", "Power", "Window", "MaxUsers", "MaxItems", "ItemAge", "HalfLife", "ItemSlots", "ItemDense"];
        foreach (var name in names)
            Assert.That(failures.Exists(failure => failure.StartsWith(name, StringComparison.Ordinal)), Is.True, name);
        Assert.That(string.Join('\n', failures), Does.Contain("'foreign' is no slot of the source's schema")
            .And.Contain("'late' is no task").And.Contain("FakeNegativeWeighting").And.Contain("'item' is named twice")
            .And.Contain("1..3 overlaps").And.Contain("holds null")
            .And.Contain("2..9 names no columns").And.Contain("1..1 names no columns"));
        Assert.That(() => _f.Source([], 1).WithNegatives(new()), Throws.TypeOf<OptionsValidationException>()
            .With.Message.Contains("Task: is null").And.Message.Contains("Item: is null"));
    }

    [Test]
    public void A_sampler_of_a_sampler_is_refused() =>
        Assert.That(() => _f.Source([], 1).WithNegatives(_f.Options).WithNegatives(_f.Options),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("PerPositive"));

    [Test]
    public void Options_are_copied_and_slots_of_a_schema_like_this_are_taken()
    {
        var options = new SamplerFixture().Options;
        var sampler = _f.Source([], 1).WithNegatives(options);
        (options.Item, options.PerPositive) = (null, -1);
        options.ItemSlots.Clear();
        Assert.That(sampler.Status, Is.EqualTo(sampler.Status));
        Assert.That(sampler.HasState && sampler.CanRewind && sampler.IsDeterministic, Is.True);
    }

    [Test]
    public void It_is_neither_shuffled_nor_has_epochs()
    {
        var sampler = _f.Source([], 1).WithNegatives(_f.Options);
        Assert.That(() => sampler.Epochs(2), Throws.ArgumentException.With.Message.Contains("state"));
        Assert.That(() => sampler.Shuffled(10, 1), Throws.ArgumentException.With.Message.Contains("state"));
    }

    [Test]
    public async Task The_live_stream_draws_what_history_has_shown()
    {
        var history = _f.Source([.. Enumerable.Range(0, 50).Select(item => SamplerFixture.Plain(item))], 10);
        var live = _f.Source([SamplerFixture.Plain(1000)], 10);
        var rows = await SamplerFixture.ReadAsync(_f, history.Then(live).WithNegatives(_f.Options));
        Assert.That(rows.TakeLast(5).Select(row => row.Items[0]), Is.Unique.And.All.InRange(0, 49));
    }

    [Test]
    public async Task What_all_rows_of_a_batch_share_stays_with_the_negatives()
    {
        var source = new OneBatchSource(_f.Schema, batch =>
        {
            batch.Shared.Id(_f.User, 7).Id(_f.Category, 3);
            for (var item = 0; item < 4; item++)
            {
                batch.BeginExample().Id(_f.Item, item).Label(_f.Click, 1f);
                batch.EndRow();
            }
        });
        var options = new NegativeSamplerOptions { Task = _f.Click, Item = _f.Item, User = _f.User, ItemSlots = [_f.Category] };
        var rows = await SamplerFixture.ReadAsync(_f, source.WithNegatives(options));
        // All items are in the window of the one user, so that nothing can be drawn.
        Assert.That(rows, Has.Count.EqualTo(4));
        options.User = null;
        rows = await SamplerFixture.ReadAsync(_f, source.WithNegatives(options));
        Assert.That(rows, Has.Count.EqualTo(4 + 1 + 2 + 3));
        Assert.That(rows.Select(row => (row.Context[..5], row.ItemSide[..9])).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Status_metrics_and_log_say_what_was_done()
    {
        using var measured = new SamplerMeasured();
        var log = new FakeLogger();
        var options = _f.Options;
        options.Logger = log;
        var events = SamplerFixture.Random(9, 500);
        var sampler = _f.Source(events, 20).WithNegatives(options);
        var rows = await SamplerFixture.ReadAsync(_f, sampler);
        long[] seen = [.. events.Where(one => one is { Label: > 0, Items.Length: 1 }).Select(one => one.Items[0])];
        var (status, positives) = (sampler.Status, seen.Length);
        Assert.That(status.Positives, Is.EqualTo(positives));
        Assert.That(status.Negatives, Is.EqualTo(rows.Count - events.Count));
        Assert.That(status.Missing, Is.EqualTo((5 * positives) - status.Negatives).And.GreaterThan(0));
        Assert.That(status.PassedBy, Is.EqualTo(events.Count - positives));
        Assert.That(status.LabelledNegative, Is.EqualTo(events.Count(one => one.Label == 0)));
        Assert.That(status.WithoutItem, Is.EqualTo(events.Count(one => one.Label > 0 && one.Items.Length != 1)));
        Assert.That(status.Items, Is.EqualTo(seen.Distinct().Count()));
        Assert.That(status.Rejections > 0 && status.Bytes > 1000, Is.True);
        Assert.That(measured.Of("monolith.negatives.examples"), Is.EqualTo(rows.Count));
        Assert.That(measured.Of("monolith.negatives.draws"), Is.EqualTo(status.Missing + status.Rejections));
        Assert.That(log.Collector.GetSnapshot().Select(one => one.Id.Id).Order(), Is.EqualTo(new[] { 5030, 5031 }), "each once");
    }

    [Test]
    public async Task A_stream_without_a_positive_is_told()
    {
        var log = new FakeLogger();
        var options = _f.Options;
        options.Logger = log;
        var events = Enumerable.Range(0, 9).Select(item => SamplerFixture.Plain(item) with { Label = float.NaN }).ToList();
        Assert.That(await SamplerFixture.ReadAsync(_f, _f.Source(events, 2).WithNegatives(options)), Has.Count.EqualTo(9));
        Assert.That(log.Collector.GetSnapshot().Select(one => one.Id.Id), Is.EqualTo(new[] { 5032 }));
    }

    [Test]
    public async Task A_second_reading_is_refused_while_one_goes_on()
    {
        var sampler = _f.Source(SamplerFixture.Random(9, 50), 5).WithNegatives(_f.Options);
        await using var first = sampler.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        await first.MoveNextAsync();
        first.Current.Dispose();
        Assert.That(async () => await SamplerFixture.ReadAsync(_f, sampler),
            Throws.InvalidOperationException.With.Message.Contains("one reading"));
    }

    [Test]
    public void A_batch_allocates_nothing_in_steady_state([Values(0, 0.75)] double power)
    {
        var options = _f.Options;
        (options.Power, options.HalfLife) = (power, power > 0 ? TimeSpan.FromHours(1) : null);
        var state = new SamplerState(options, [1, 2]);
        using var from = new ExampleBatch(_f.Schema);
        using var to = new ExampleBatch(_f.Schema);
        foreach (var happened in SamplerFixture.Random(1, 500).Where(one => one.Categories.Length == 1)) _f.Encoder.Encode(happened, from);
        from.Position = new(new byte[] { 1 });
        var allocated = 0L;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 200; i++)
            {
                to.Clear();
                state.Process(from, to);
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That(allocated, Is.Zero);
    }
}
