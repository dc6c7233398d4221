using System.Runtime.CompilerServices;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Streams.Joining.Commits;

/// <summary>A trainer of what a joiner makes of impressions and clicks, with little memory, so that scratch files are used.</summary>
internal sealed class JoinedTraining : IAsyncDisposable
{
    public const int Events = 3000;

    private readonly EmbeddingTableSet _tables;
    private readonly OnlineModel _model;
    private readonly OnlineJoiner<long, SyntheticClick, SyntheticClick> _joiner;

    public JoinedTraining(SnapshotStore store, string folder, Action<OnlineJoinerOptions, OnlineTrainerOptions>? configure = null)
    {
        var schema = CrashScenario.CreateSchema();
        var options = CrashScenario.CreateOptions();
        options.Synchronization.Failures = new() { RetryAfter = TimeSpan.FromTicks(1), RetryAtMost = TimeSpan.FromTicks(1) };
        var joining = new OnlineJoinerOptions
        {
            Window = TimeSpan.FromSeconds(15),
            BackwardWindow = TimeSpan.FromSeconds(1),
            RememberClosedFor = TimeSpan.FromSeconds(5),
            AllowedLateness = TimeSpan.FromSeconds(1),
            Feedback = DelayedFeedback.EarlyPositive,
            BatchSize = 32,
            Store = new() { MemoryBytes = JoinStoreOptions.LeastMemoryBytes, Folder = folder },
        };
        configure?.Invoke(joining, options);
        (_tables, _model) = (CrashScenario.CreateTables(schema), CrashScenario.CreateModel(schema));
        _joiner = Join(schema, joining);
        Trainer = new OnlineTrainer(_tables, _model, _joiner, store, options);
    }

    public OnlineTrainer Trainer { get; }

    /// <summary>All that a store's newest commit holds, except what depends on its history: names of segments.</summary>
    public static async Task<string[]> FromAsync(SnapshotStore store) =>
        [.. (await RestoredTrainer.FromAsync(store)).Where(line => !line.StartsWith("source:", StringComparison.Ordinal))];

    /// <summary>Trains to the end of the logs.</summary>
    public static async Task ToEndAsync(
        SnapshotStore store, string folder, Action<OnlineJoinerOptions, OnlineTrainerOptions>? configure = null)
    {
        await using var training = new JoinedTraining(store, folder, configure);
        await training.Trainer.RunAsync();
    }

    /// <summary>Trains some batches, and is gone without a last commit.</summary>
    public static async Task KilledAsync(
        SnapshotStore store, string folder, int batches, Action<OnlineJoinerOptions, OnlineTrainerOptions>? configure = null)
    {
        using var stop = new CancellationTokenSource();
        var left = batches;
        await using var training = new JoinedTraining(store, folder, (joining, options) =>
        {
            options.Synchronization.CommitAtEnd = false;
            configure?.Invoke(joining, options);
            options.Scored = (_, _) =>
            {
                if (--left == 0) stop.Cancel();
            };
        });
        try
        {
            await training.Trainer.RunAsync(null, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // As it was to be.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        _joiner.Dispose();
        _tables.Dispose();
        _model.Dispose();
    }

    private static OnlineJoiner<long, SyntheticClick, SyntheticClick> Join(FeatureSchema schema, OnlineJoinerOptions options)
    {
        var (user, item) = (schema.Slots[0], schema.Slots[1]);
        var encoder = new ExampleEncoder<SyntheticClick>(schema, (in SyntheticClick c, ExampleWriter w) => w
            .Id(user, c.User).Id(item, c.Item).At(c.Time));
        return new OnlineJoiner<long, SyntheticClick, SyntheticClick>(
                JoinKeys.Int64, new JoinedImpressions<long, SyntheticClick>(encoder, KeyOf),
                new JoinedActions<long, SyntheticClick>(schema.Tasks[0], KeyOf, c => c.Time.AddSeconds(Delay(c))), options)
            .AddImpressions("impressions", new EventLog(_ => true))
            .AddActions("clicks", new EventLog(c => c.Clicked));
    }

    private static long KeyOf(SyntheticClick click) => click.Time.Ticks ^ (click.User << 20) ^ click.Item;

    private static double Delay(SyntheticClick click) => click.Item % 5 == 0 ? 0.9 : 0.2;

    private sealed class EventLog(Func<SyntheticClick, bool> isOne) : RecordLog<SyntheticClick>
    {
        public override async IAsyncEnumerable<LogRecord<SyntheticClick>> ReadAsync(
            LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            var stream = new SyntheticClickStream(new() { EventCount = Events, EventsPerSecond = 20, Users = 500, Seed = 9 });
            var number = 0L;
            foreach (var click in stream.Read().Where(isOne))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (++number <= from.Offset) continue;
                yield return new LogRecord<SyntheticClick>(click, new LogPosition("", number));
            }
        }
    }
}
