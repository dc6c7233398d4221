using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;

namespace Monolith.Embeddings.Tests.Training.Migration;

/// <summary>Random pairs of schemas, held against what is known of each table and slot by itself.</summary>
public class RandomMigrationTests
{
    private static readonly string[] Models = ["deep-fm", "factorization-machine", "logistic-regression"];
    private static readonly string[] TableNames = ["users", "items", "places", "queries"];

    [Test]
    public async Task What_stays_is_kept_to_the_bit_and_what_is_new_changes_no_prediction([Range(0, 29)] int seed)
    {
        var random = new Random(seed);
        var before = Draw(random);
        var after = Change(random, before);
        var (old, other) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await Migrated.TrainAsync(old, before, 320);
        var report = await Migrated.RunAsync(old, before, other, after, probe: 200);
        using (var was = await Migrated.FromAsync(old, before))
        using (var now = await Migrated.FromAsync(other, after))
        {
            foreach (var (name, _) in after.Tables) ExpectRows(before, after, was, now, name);
            if (Extends(before, after)) await ExpectSamePredictionsAsync(before, was, now);
            if (Extends(before, after))
                Assert.That(report.Probe!.Unchanged, Is.EqualTo(report.Probe.Predictions).And.Positive, report.ToText());
        }
        // Whatever changed, it can be trained on, from where it stood.
        await Migrated.TrainAsync(other, after, 320 + 64);
    }

    // Fails where the draw never produces what the test is about.
    [Test]
    public void The_pairs_are_of_all_kinds()
    {
        var pairs = Enumerable.Range(0, 30).Select(seed =>
        {
            var random = new Random(seed);
            var before = Draw(random);
            return (Before: before, After: Change(random, before));
        }).ToList();
        Assert.That(pairs.Count(pair => Extends(pair.Before, pair.After)), Is.InRange(8, 22));
        foreach (var model in Models)
            Assert.That(pairs.Count(pair => pair.Before.Model == model && Extends(pair.Before, pair.After)), Is.Positive, model);
    }

    private static Shape Draw(Random random)
    {
        var tables = TableNames.Take(random.Next(1, 4)).Select(name => (name, random.Next(2) == 0)).ToArray();
        return new Shape
        {
            Tables = tables,
            Slots = [.. Enumerable.Range(0, random.Next(2, 5)).Select(i => DrawSlot(random, $"slot {i}", tables))],
            Tasks = [.. ((string[])["click", "buy"]).Take(random.Next(1, 3))],
            Dense = random.Next(0, 4),
            Dimension = random.Next(2, 6),
            Vectors = DrawOptimizer(random),
            Weights = DrawOptimizer(random),
            Hidden = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(2, 9))],
            Model = Models[random.Next(3)],
        };
    }

    private static Shape Change(Random random, Shape shape)
    {
        var isExtended = random.Next(2) == 0;
        if (random.Next(2) == 0) shape = shape with { Tables = [.. shape.Tables, ("new", false)] };
        for (var i = random.Next(0, 3); i > 0; i--)
            shape = shape with { Slots = [.. shape.Slots, DrawSlot(random, $"new slot {i}", shape.Tables)] };
        shape = shape with { Dense = shape.Dense + random.Next(0, 3) };
        if (random.Next(3) == 0) shape = shape with { Weights = DrawOptimizer(random), Vectors = DrawOptimizer(random) };
        if (random.Next(3) == 0) shape = shape with { Hidden = [.. shape.Hidden.Select(width => width + random.Next(0, 4))] };
        if (isExtended) return shape;
        return random.Next(4) switch
        {
            0 => shape with { Slots = [.. shape.Slots.Skip(1)] },
            1 => shape with { Dimension = random.Next(2, 8) },
            2 => shape with { Tasks = ["share", .. shape.Tasks.Skip(1)] },
            _ => shape with { Slots = [.. shape.Slots.Reverse()], Hidden = [random.Next(2, 9)] },
        };
    }

    private static (string, string, Pooling) DrawSlot(Random random, string name, (string Name, bool)[] tables) => (name,
        tables[random.Next(tables.Length)].Name, ((Pooling[])[Pooling.Sum, Pooling.Mean, Pooling.FirstN])[random.Next(3)]);

    private static OptimizerOptions DrawOptimizer(Random random) => random.Next(5) switch
    {
        0 => new AdagradOptions(),
        1 => new AdamOptions(),
        2 => new FtrlOptions(),
        3 => new MomentumOptions(),
        _ => new RowWiseAdagradOptions(),
    };

    // Slots and dense features come after the earlier ones, and all that was there is as it was or wider.
    private static bool Extends(Shape before, Shape after) =>
        after.Slots.Take(before.Slots.Length).SequenceEqual(before.Slots) && after.Tasks.SequenceEqual(before.Tasks)
        && after.Dense >= before.Dense && after.Dimension == before.Dimension && after.Hidden.Length == before.Hidden.Length
        && after.Hidden.Zip(before.Hidden).All(pair => pair.First >= pair.Second);

    private static void ExpectRows(Shape before, Shape after, Migrated was, Migrated now, string name)
    {
        if (before.Tables.All(table => table.Name != name))
        {
            Assert.That(now.Tables[name].Count, Is.Zero);
            return;
        }
        var (old, table) = (was.Tables[name], now.Tables[name]);
        Assert.That(table.Count, Is.EqualTo(old.Count));
        Assert.That(table.GetStatistics().PendingIds, Is.EqualTo(old.GetStatistics().PendingIds));
        var isSame = before.Dimension == after.Dimension && before.Vectors.GetType() == after.Vectors.GetType();
        if (isSame) Assert.That(RowsOf(table), Is.EqualTo(RowsOf(old)));
        // Of any change, the weights that both have are the same, segment by segment.
        long[] ids = [.. Enumerable.Range(0, 400)];
        var (left, right) = (new float[ids.Length * old.Dimension], new float[ids.Length * table.Dimension]);
        Assert.That(table.Lookup(ids, right), Is.EqualTo(old.Lookup(ids, left)));
        var common = 1 + Math.Min(before.Dimension, after.Dimension);
        for (var i = 0; i < ids.Length; i++)
            Assert.That(right.AsSpan(i * table.Dimension, common).SequenceEqual(left.AsSpan(i * old.Dimension, common)), $"{name} {i}");
    }

    private static async Task ExpectSamePredictionsAsync(Shape before, Migrated was, Migrated now)
    {
        string[] written = [.. before.Slots.Select(slot => slot.Name)];
        foreach (var task in before.Tasks)
            Assert.That(await now.PredictAsync(0, 200, written, task), Is.EqualTo(await was.PredictAsync(0, 200, written, task)), task);
    }

    // Without what filters hold, whose lines have a blank.
    private static IEnumerable<string> RowsOf(EmbeddingTable table) => SavedState.Of(table).Where(line => !line.Contains(' '));
}
