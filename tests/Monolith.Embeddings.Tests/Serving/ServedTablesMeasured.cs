using System.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>
/// What replicas read where the table with nine tenths of the rows comes with every tenth commit, and what folding it costs.
/// </summary>
public class ServedTablesMeasured
{
    private const int LargeRows = 450_000, SmallRows = 50_000, Dimension = 16, Commits = 31, ChangesACommit = 10_000, Every = 10;

    [Test, Explicit, Category("Long")]
    public async Task Bytes_and_time_of_commits_with_a_slow_table_and_without([Values(0.0, 0.5, 0.9)] double hotShare)
    {
        var (with, without) = (await RunAsync(Every, hotShare), await RunAsync(1, hotShare));
        TestContext.Out.WriteLine(
            $"{LargeRows + SmallRows} rows of {Dimension}, {ChangesACommit} changes a commit, {hotShare:P0} of them in 1 % of the ids. "
            + $"Files for replicas of {Commits - 1} deltas: {without.Serving / 1e6:F1} MB, with the large table each {Every}: "
            + $"{with.Serving / 1e6:F1} MB. Making a commit, median: {without.Plain:F1} ms; where the table is left out {with.Plain:F1} "
            + $"ms, where it comes {with.Given:F1} ms. Training files {without.Training / 1e6:F1} and {with.Training / 1e6:F1} MB.");
        Assert.That(with.Serving, Is.LessThan(without.Serving));
        Assert.That(with.Training, Is.EqualTo(without.Training).Within(1).Percent);
    }

    private static async Task<(double Serving, double Training, double Plain, double Given)> RunAsync(int every, double hotShare)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("large", r => r.Vector(Dimension, new AdagradOptions()));
        builder.Table("small", r => r.Vector(Dimension, new AdagradOptions()));
        builder.Slot("a", "large");
        builder.Slot("b", "small");
        builder.Task("click");
        using var tables = new EmbeddingTableSet(builder.Build(), new() { Seed = 1, MemoryLimitBytes = 1L << 30 });
        using var chain = await SnapshotChain.OpenAsync(new MemorySnapshotStore(), tables);
        var (random, values) = (new Random(1), new float[LargeRows * Dimension]);
        Assign(0, [.. Enumerable.Range(0, LargeRows).Select(i => (long)i)]);
        Assign(1, [.. Enumerable.Range(0, SmallRows).Select(i => (long)i)]);
        var (serving, training, plain, given) = (0.0, 0.0, new List<double>(), new List<double>());
        for (var commit = 0; commit < Commits; commit++)
        {
            var isGiven = commit % every == 0;
            Assign(0, [.. Enumerable.Range(0, ChangesACommit * 9 / 10).Select(_ => Next(LargeRows)).Distinct()]);
            Assign(1, [.. Enumerable.Range(0, ChangesACommit / 10).Select(_ => Next(SmallRows)).Distinct()]);
            var start = Stopwatch.GetTimestamp();
            await using var pending = await chain.CutAsync(new SnapshotCommitContents { UnservedTables = isGiven ? [] : ["large"] });
            var made = await pending.WriteAsync();
            if (commit == 0) continue;
            (isGiven && every > 1 ? given : plain).Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            (serving, training) = (serving + made.Serving!.Length, training + made.Training.Length);
        }
        return (serving, training, Median(plain), Median(given));

        long Next(int rows) => random.NextDouble() < hotShare ? random.Next(rows / 100) : random.Next(rows);

        void Assign(int table, long[] ids) => tables.Tables[table].Assign(ids, values.AsSpan(0, ids.Length * Dimension), At.Seconds(1000));
    }

    private static double Median(List<double> values) => values.Count == 0 ? 0 : values.Order().ElementAt(values.Count / 2);
}
