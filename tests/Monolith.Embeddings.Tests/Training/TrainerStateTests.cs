using System.Text;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Expiry.EventTimes;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>The bytes that a trainer puts into a commit.</summary>
public class TrainerStateTests : LeakChecked
{
    private static readonly EventTimeCounts Counts = new() { Clamped = 1, Future = 2, Late = 3, Implausible = 4 };

    [Test]
    public void The_state_of_a_trainer_has_the_bytes_that_it_always_had()
    {
        var (schema, metrics) = Scored();
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(3);
        writer.Write(1200L);
        writer.Write(60L);
        writer.Write(3);
        writer.Write([7, 8, 9]);
        writer.Write(7000L);
        writer.Write(9000L);
        writer.Write(3);
        writer.Write(1L);
        writer.Write(9500L);
        writer.Write(6000L);
        writer.Write(12);
        writer.Write(2L);
        writer.Write(3L);
        writer.Write(4L);
        writer.Write(2);
        WriteSchedule(writer, 3, "", [7000, 1180, 59], isDue: 0);
        WriteSchedule(writer, 1, "users", [0, 1, 2], isDue: 1);
        // One task: four examples, all of weight 1, in three bins.
        writer.Write(1);
        writer.Write(4L);
        var total = metrics.Total(schema.Tasks[0]);
        writer.Write(total.Weight);
        writer.Write(2.0);
        writer.Write(total.Calibration * 2);
        writer.Write(total.LogLoss * 4);
        writer.Write(3);
        WriteBin(writer, -1, 0, 1);
        WriteBin(writer, 0, 1, 1);
        WriteBin(writer, 1, 1, 0);
        Assert.That(State().Save(metrics), Is.EqualTo(memory.ToArray()));
    }

    [Test]
    public void What_was_saved_is_loaded()
    {
        var (schema, metrics) = Scored();
        var loaded = new ProgressiveMetrics(schema);
        var state = TrainerState.Load(State().Save(metrics), loaded);
        Assert.That(state.Schedules, Is.EqualTo(State().Schedules));
        Assert.That(
            state with { Position = default, Schedules = [] }, Is.EqualTo(State() with { Position = default, Schedules = [] }));
        Assert.That(state.Position, Is.EqualTo(State().Position));
        Assert.That(loaded.Total(schema.Tasks[0]), Is.EqualTo(metrics.Total(schema.Tasks[0])));
    }

    [Test]
    public void Bytes_that_are_cut_short_or_changed_are_refused()
    {
        var (schema, metrics) = Scored();
        var bytes = State().Save(metrics);
        for (var length = 0; length < bytes.Length; length++) AssertRefused(bytes[..length], $"{length} bytes");
        AssertRefused(Changed(0, 4), "another version");
        AssertRefused(Changed(4 + 8 + 8 + 4 + 3 + (8 * 8) + (2 * 4) + 4, 4), "a schedule of another kind");
        AssertRefused(Changed(23, 0x7F), "a longer position");
        AssertRefused(Changed(bytes.Length - 3 * 20 - 1, 0x7F), "more bins than there are");
        AssertRefused(Changed(bytes.Length - 17, 0x7F), "a bin that is not there");

        byte[] Changed(int place, byte value)
        {
            byte[] changed = [.. bytes];
            changed[place] = value;
            return changed;
        }

        void AssertRefused(byte[] wrong, string what) =>
            Assert.That(() => TrainerState.Load(wrong, new ProgressiveMetrics(schema)), Throws.InstanceOf<InvalidDataException>(), what);
    }

    private static TrainerState State() => new()
    {
        Examples = 1200,
        Steps = 60,
        Position = new StreamPosition(new byte[] { 7, 8, 9 }),
        Clock = new EventClockState(7000, 9000, 9500, 6000, 3, 12, Counts),
        Schedules =
        [
            new(ScheduleKind.Eviction, null, new(7000, 1180, 59), IsDue: false),
            new(ScheduleKind.Dense, "users", new(0, 1, 2), IsDue: true),
        ],
    };

    private static (FeatureSchema Schema, ProgressiveMetrics Metrics) Scored()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", row => row.Bias(new SgdOptions()));
        builder.Slot("user", "users");
        builder.Task("click");
        var schema = builder.Build();
        var (batch, metrics) = (new ExampleBatch(schema), new ProgressiveMetrics(schema));
        foreach (var clicked in new[] { false, false, true, true })
        {
            batch.BeginExample().Label(schema.Tasks[0], clicked);
            batch.EndRow();
        }
        metrics.Add(batch, [-1, 0, 0, 1]);
        return (schema, metrics);
    }

    private static void WriteSchedule(BinaryWriter writer, byte kind, string table, long[] numbers, int isDue)
    {
        writer.Write(kind);
        writer.Write(table.Length);
        writer.Write(Encoding.UTF8.GetBytes(table));
        Array.ForEach(numbers, writer.Write);
        writer.Write(isDue);
    }

    private static void WriteBin(BinaryWriter writer, int logit, double positive, double negative)
    {
        writer.Write((logit + 16) * 1024);
        writer.Write(positive);
        writer.Write(negative);
    }
}
