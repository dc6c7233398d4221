using System.Globalization;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Streams.Joining;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>Open impressions and actions of a joiner go on under the new schema: it emits what the old one would have.</summary>
public class JoinerMigrationTests
{
    private static readonly Shape Before = new() { Dense = 0, Slots = [("user", "users", Pooling.Sum), ("item", "items", Pooling.Sum)] };

    private static readonly Shape[] Shapes =
    [
        Before with { Slots = [.. Before.Slots, ("place", "items", Pooling.Mean)], Dense = 2 },
        Before with { Tasks = ["click", "buy"] },
        Before with { Dimension = 7 },
    ];

    [Test]
    public async Task A_joiner_emits_what_it_would_have([Range(0, 2)] int shape, [Values(1, 7, 40)] int batches)
    {
        var (old, next) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        var first = await TrainAsync(old, Before, batches);
        var report = await Migrated.RunAsync(old, Before, next, Shapes[shape]);
        var converted = report.Parts.Single(part => part.Name == "state of the source, joiner").Reason;
        Assert.That(converted, shape < 2 ? Does.EndWith("impressions have the form of the new schema") : Is.Empty);
        var rest = await TrainAsync(next, Shapes[shape], int.MaxValue);
        var expected = await TrainAsync(old, Before, int.MaxValue);
        Assert.That(rest, Is.EqualTo(expected));
        Assert.That((first.Count, rest.Count + first.Count), Is.EqualTo((batches * 32, 4_000)));
        Assert.That(rest.Count(line => line.EndsWith("True", StringComparison.Ordinal)), Is.GreaterThan(500));
    }

    private static async Task<List<string>> TrainAsync(SnapshotStore store, Shape shape, int batches)
    {
        var schema = shape.CreateSchema();
        using var tables = Shape.CreateTables(schema);
        using var model = shape.CreateModel(schema);
        using var joiner = JoinedTrainingTests.NewJoiner(schema);
        using var stop = new CancellationTokenSource();
        var lines = new List<string>();
        var options = new OnlineTrainerOptions
        {
            Scored = (batch, _) =>
            {
                for (var row = 0; row < batch.Rows; row++) lines.Add(TextOf(batch, row));
                if (--batches == 0) stop.Cancel();
            },
        };
        await using var trainer = new OnlineTrainer(tables, model, joiner, store, options);
        try
        {
            await trainer.RunAsync(null, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped where it was to be.
        }
        return lines;
    }

    private static string TextOf(ExampleBatch batch, int row)
    {
        var (slots, click) = (batch.Schema.Slots, batch.Schema.Tasks[0]);
        return string.Create(CultureInfo.InvariantCulture,
            $"{batch.Ids(slots[0])[row]} {batch.Ids(slots[1])[row]} {batch.EventTimesMilliseconds[row]} {batch.Labels(click)[row] == 1}");
    }
}
