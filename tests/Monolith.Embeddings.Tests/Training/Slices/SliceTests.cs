using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Training.Metrics;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Slices;

namespace Monolith.Embeddings.Tests.Training.Slices;

/// <summary>Metrics of parts of the examples, against telling them apart by hand.</summary>
public class SliceTests : LeakChecked
{
    private const int Events = 4000;

    [Test]
    public async Task Each_slice_sums_the_examples_that_belong_to_it()
    {
        using var run = new SlicedRun(Events);
        var (seen, sums, n) = (new HashSet<long>(), new Dictionary<(int Task, string Slice), (long Count, double Loss)>(), 0);
        run.Scored = (batch, logits) =>
        {
            var batchUsers = new List<long>();
            for (var row = 0; row < batch.Rows; row++, n++)
            {
                // A row that this batch makes is not there before the batch.
                if (SlicedRun.UserOf(n) is { } user)
                {
                    Count(batch, row, logits, seen.Contains(user) ? "user old" : "user new");
                    batchUsers.Add(user);
                }
                var country = SlicedRun.CountryOf(n);
                Count(batch, row, logits, country is 44 or 49 or 33 ? $"country {country}" : "country other");
            }
            seen.UnionWith(batchUsers);
        };
        var last = await run.Trainer.RunAsync();
        Assert.That(sums, Has.Count.EqualTo(2 * 6));
        foreach (var task in run.Schema.Tasks)
        {
            var slices = run.Trainer.SlicesOf(task);
            var expected = sums.Where(sum => sum.Key.Task == task.Index).ToDictionary(sum => sum.Key.Slice, sum => sum.Value);
            Assert.That(slices.Select(slice => $"{slice.Slot} {slice.Name}"), Is.EquivalentTo(expected.Keys));
            foreach (var slice in slices)
            {
                var (count, loss) = expected[$"{slice.Slot} {slice.Name}"];
                Assert.That(slice.Total.Examples, Is.EqualTo(count));
                Assert.That(slice.Total.LogLoss, Is.EqualTo(loss / count).Within(1e-9));
                Assert.That(slice.Total.Auc, Is.InRange(0.3, 0.7));
                Assert.That(slice.Total.AucError, Is.InRange(0, 0.02));
            }
        }
        // The last window of 1,000 ended with the stream.
        Assert.That(last.Slices.Where(slice => slice.Slot == "country").Sum(slice => slice.Window.Examples), Is.EqualTo(1000));
        Assert.That(last.Slices.Select(slice => slice.Total), Is.EqualTo(run.Trainer.SlicesOf(run.Schema.Tasks[0]).Select(s => s.Total)));
        Assert.That(run.Trainer.SlicesOf(run.Schema.Tasks[0]).Sum(slice => slice.Window.Examples), Is.Zero);

        void Count(ExampleBatch batch, int row, ReadOnlySpan<float> logits, string slice)
        {
            foreach (var task in batch.Schema.Tasks)
            {
                double label = batch.Labels(task)[row], p = ScoredStream.Sigmoid(logits[row * 2 + task.Index]);
                if (double.IsNaN(label)) continue;
                var (count, loss) = sums.GetValueOrDefault((task.Index, slice));
                sums[(task.Index, slice)] = (count + 1, loss - (label * Math.Log(p)) - ((1 - label) * Math.Log(1 - p)));
            }
        }
    }

    [Test]
    public async Task A_restart_goes_on_with_the_totals_and_the_same_slices()
    {
        using var whole = new SlicedRun(Events);
        await whole.Trainer.RunAsync();
        var store = new MemorySnapshotStore();
        using (var first = new SlicedRun(Events / 2, store))
        {
            await first.Trainer.RunAsync();
            await first.Trainer.DisposeAsync();
        }
        using (var second = new SlicedRun(Events, store))
        {
            await second.Trainer.RunAsync();
            foreach (var task in whole.Schema.Tasks) Assert.That(Totals(second, task), Is.EqualTo(Totals(whole, task)));
            await second.Trainer.DisposeAsync();
        }
        // With another number of slices they start over; those of the other slot go on.
        using var third = new SlicedRun(Events, store, maxSlices: 2);
        await third.Trainer.RunAsync();
        var slices = third.Trainer.SlicesOf(third.Schema.Tasks[0]);
        Assert.That(slices.Where(slice => slice.Slot == "country").Sum(slice => slice.Total.Examples), Is.Zero);
        Assert.That(slices.Where(slice => slice.Slot == "user").Sum(slice => slice.Total.Examples), Is.GreaterThan(Events / 2));
        await third.Trainer.DisposeAsync();
    }

    [Test]
    public void Bytes_that_are_cut_short_are_refused()
    {
        using var run = new SlicedRun(Events);
        var bytes = Sliced(run).SaveTotals();
        for (var length = 0; length < bytes.Length; length++)
            Assert.That(() => Sliced(run).LoadTotals(bytes.AsSpan(0, length)), Throws.InstanceOf<InvalidDataException>());
    }

    // As where a trainer goes back to its best commit.
    [Test]
    public void Totals_are_taken_by_slices_that_have_seen_something()
    {
        using var run = new SlicedRun(Events);
        var (sliced, batch, logits) = (Sliced(run), run.Batch(), new float[2 * SlicedRun.BatchSize]);
        sliced.Assign(batch);
        sliced.Add(batch, logits);
        var bytes = sliced.SaveTotals();
        sliced.Assign(batch);
        sliced.Add(batch, logits);
        sliced.LoadTotals(bytes);
        Assert.That(sliced.SaveTotals(), Is.EqualTo(bytes));
    }

    [Test]
    public void Nothing_is_allocated_a_batch()
    {
        using var run = new SlicedRun(Events);
        var (sliced, batch, logits) = (Sliced(run), run.Batch(), new float[2 * SlicedRun.BatchSize]);
        Score();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Score();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Score()
        {
            sliced.Assign(batch);
            sliced.Add(batch, logits);
            sliced.ClearWindow();
        }
    }

    [Test]
    public void Slots_that_are_not_there_or_named_twice_are_refused()
    {
        Assert.That(() => new SlicedRun(1, configure: metrics => metrics.Slices.Add(new() { Slot = "item" })),
            Throws.ArgumentException.With.Message.Contains("'item'").And.Message.Contains("'user', 'country'"));
        Assert.That(() => new SlicedRun(1, configure: metrics => metrics.Slices.Add(new() { Slot = "user" })),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("twice"));
        Assert.That(() => new SlicedRun(1, configure: metrics => metrics.Slices.Add(new() { MaxSlices = 0, By = (SliceBy)7 })),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Slices[2].MaxSlices").And.Message.Contains("Slot"));
    }

    private static SlicedMetrics Sliced(SlicedRun run) => new(run.Schema, new IdSlicing(run.Schema.Slots[1], 3));

    private static IEnumerable<(string, MetricsSummary)> Totals(SlicedRun run, LabelTask task) =>
        run.Trainer.SlicesOf(task).Select(slice => ($"{slice.Slot} {slice.Name}", slice.Total));
}
