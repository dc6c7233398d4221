using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Sketches;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Slices;

namespace Monolith.Embeddings.Tests.Training.Slices;

/// <summary>Slices by how often an id came before, against counts in a dictionary.</summary>
public class OccurrenceSliceTests : LeakChecked
{
    private const int Events = 4000;

    private static readonly string[] _names = ["0", "1-4", "5-49", "50+"];

    [Test]
    public async Task An_example_counts_where_its_user_stood_before_the_batch()
    {
        using var run = new SlicedRun(Events, configure: metrics => metrics.Slices.Add(Slice()));
        var expected = Expected(Events);
        var last = await run.Trainer.RunAsync();
        foreach (var task in run.Schema.Tasks)
        {
            var slices = SlicesOf(run, task);
            Assert.That(slices.Select(slice => slice.Name), Is.EqualTo(_names));
            Assert.That(slices.Select(slice => slice.Total.Examples), Is.EqualTo(expected[task.Index]));
            Assert.That(expected[task.Index], Has.All.Positive);
            var withUser = Enumerable.Range(0, Events).Count(n => SlicedRun.UserOf(n) is not null);
            Assert.That(slices, Has.All.Property(nameof(MetricsSlice.CountError)).EqualTo(Math.E * withUser / (1 << 16)).Within(1e-9));
        }
        Assert.That(last.Slices.Where(slice => slice.Slot == "country").Select(slice => slice.CountError), Is.All.Zero);
    }

    [TestCase(0)]
    [TestCase(7)]
    public async Task A_restart_goes_on_with_the_same_counts_whatever_is_read_ahead(int readAhead)
    {
        using var whole = new SlicedRun(Events, configure: metrics => metrics.Slices.Add(Slice()));
        await whole.Trainer.RunAsync();
        var store = new MemorySnapshotStore();
        foreach (var events in new[] { 1300, Events })
        {
            using var run = new SlicedRun(events, store, configure: metrics => metrics.Slices.Add(Slice()), readAhead: readAhead);
            await run.Trainer.RunAsync();
            if (events == Events)
            {
                foreach (var task in run.Schema.Tasks)
                {
                    Assert.That(SlicesOf(run, task).Select(slice => slice.Total),
                        Is.EqualTo(SlicesOf(whole, task).Select(slice => slice.Total)));
                }
            }
            await run.Trainer.DisposeAsync();
        }
    }

    // With other edges the totals are those of other slices, and the counts are the same.
    [Test]
    public async Task With_other_edges_totals_begin_anew_and_counts_go_on()
    {
        var store = new MemorySnapshotStore();
        foreach (var edges in new long[][] { [1, 5, 50], [1, 5, 60] })
        {
            var events = edges[2] == 50 ? Events / 2 : Events;
            using var run = new SlicedRun(events, store, configure: metrics => metrics.Slices.Add(Slice(edges)));
            await run.Trainer.RunAsync();
            var isFirst = edges[2] == 50;
            var news = SlicesOf(run, run.Schema.Tasks[0])[0].Total.Examples;
            var (before, after) = (Expected(Events / 2)[0][0], Expected(Events)[0][0]);
            Assert.That(news, Is.EqualTo(isFirst ? before : after - before));
            Assert.That(SlicesOf(run, run.Schema.Tasks[0])[0].CountError, isFirst ? Is.LessThan(0.1) : Is.GreaterThan(0.1));
            await run.Trainer.DisposeAsync();
        }
    }

    [Test]
    public async Task A_sketch_of_another_size_begins_anew_and_damage_is_refused()
    {
        using var run = new SlicedRun(Events);
        var (user, batch) = (run.Schema.Slots[0], run.Batch());
        var slicing = new OccurrenceSlicing(user, Slice());
        slicing.Assign(batch);
        slicing.Advance(batch.Rows);
        var bytes = slicing.Save();
        var same = new OccurrenceSlicing(user, Slice());
        same.Load(bytes);
        Assert.That(same.Save(), Is.EqualTo(bytes));
        var options = Slice();
        options.Sketch.Width = 1 << 15;
        var other = new OccurrenceSlicing(user, options);
        var empty = other.Save();
        other.Load(bytes);
        Assert.That(other.Save(), Is.EqualTo(empty));
        for (var length = 0; length < bytes.Length; length += 1 + length / 8)
            Assert.That(() => same.Load(bytes.AsSpan(0, length)), Throws.InstanceOf<InvalidDataException>(), $"{length} bytes");
        await run.Trainer.DisposeAsync();
    }

    // Conservative update keeps a count at or above the true one: no id falls into a lower slice.
    [Test]
    public void In_a_sketch_that_is_too_small_ids_fall_too_high_and_never_too_low()
    {
        using var run = new SlicedRun(Events);
        var options = Slice();
        options.Sketch = new FrequencySketchOptions { Width = 16, Depth = 2 };
        var slicing = new OccurrenceSlicing(run.Schema.Slots[0], options);
        var (counts, tooHigh) = (new Dictionary<long, int>(), 0);
        for (var start = 0; start < Events; start += SlicedRun.BatchSize)
        {
            slicing.Assign(run.Batch(start));
            for (var row = 0; row < SlicedRun.BatchSize; row++)
            {
                var user = SlicedRun.UserOf(start + row);
                var exact = user is null ? -1 : SliceOf(counts.GetValueOrDefault(user.Value));
                Assert.That(slicing.Slices[row], user is null ? Is.EqualTo(-1) : Is.GreaterThanOrEqualTo(exact));
                if (slicing.Slices[row] > exact) tooHigh++;
            }
            slicing.Advance(SlicedRun.BatchSize);
            for (var n = start; n < start + SlicedRun.BatchSize; n++)
            {
                if (SlicedRun.UserOf(n) is { } user) counts[user] = counts.GetValueOrDefault(user) + 1;
            }
        }
        Assert.That(tooHigh, Is.Positive);
    }

    [Test]
    public void Nothing_is_allocated_a_batch()
    {
        using var run = new SlicedRun(Events);
        var sliced = new SlicedMetrics(run.Schema, new OccurrenceSlicing(run.Schema.Slots[0], Slice()));
        var (batch, logits) = (run.Batch(), new float[2 * SlicedRun.BatchSize]);
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

    [TestCase()]
    [TestCase(0L)]
    [TestCase(3L, 3L)]
    [TestCase(5L, 4L)]
    public void Edges_that_do_not_ascend_from_one_are_refused(params long[] edges) =>
        Assert.That(() => new SlicedRun(1, configure: metrics => metrics.Slices.Add(Slice(edges))),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("Slices[2].Edges"));

    private static MetricsSliceOptions Slice(long[]? edges = null) =>
        new() { Slot = "user", By = SliceBy.Occurrences, Edges = edges ?? [1, 5, 50], Sketch = new() { Width = 1 << 16 } };

    private static List<MetricsSlice> SlicesOf(SlicedRun run, LabelTask task) =>
        [.. run.Trainer.SlicesOf(task).Where(slice => slice.Slot == "user" && slice.Name is not ("new" or "old"))];

    private static int SliceOf(int count) => count switch { 0 => 0, < 5 => 1, < 50 => 2, _ => 3 };

    // Examples of each task and slice; the second task has no label in each third.
    private static long[][] Expected(int events)
    {
        var (counts, sums) = (new Dictionary<long, int>(), new[] { new long[4], new long[4] });
        for (var start = 0; start < events; start += SlicedRun.BatchSize)
        {
            var batch = Enumerable.Range(start, SlicedRun.BatchSize).Where(n => SlicedRun.UserOf(n) is not null).ToArray();
            foreach (var n in batch)
            {
                var slice = SliceOf(counts.GetValueOrDefault(SlicedRun.UserOf(n)!.Value));
                sums[0][slice]++;
                if (n % 3 > 0) sums[1][slice]++;
            }
            foreach (var n in batch) counts[SlicedRun.UserOf(n)!.Value] = counts.GetValueOrDefault(SlicedRun.UserOf(n)!.Value) + 1;
        }
        return sums;
    }
}
