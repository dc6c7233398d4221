using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>
/// A trainer on a log that grows when it is told to, by a clock that is moved: five events a batch, an id each event unless there are to be
/// fewer.
/// </summary>
internal sealed class QuietTrainer : IAsyncDisposable
{
    public const int BatchSize = 5;

    public static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    private readonly LogisticRegression _model;
    private readonly CancellationTokenSource _stop = new();
    private Task? _run;

    public QuietTrainer(
        SnapshotStore store, ManualTime time, Action<OnlineTrainerOptions>? configure = null, TimeSpan? maxDelay = null,
        int ids = int.MaxValue, DateTimeOffset? eventTime = null, Schedule? tableEvery = null)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("events", r => r.Bias(new FtrlOptions()), t => t.SparseEvery = tableEvery);
        var (event_, click) = (builder.Slot("event", "events"), builder.Task("click"));
        var schema = builder.Build();
        var encoder = new ExampleEncoder<int>(schema, (in int i, ExampleWriter w) =>
        {
            w.Id(event_, i % ids).Label(click, i % 2 == 0);
            if (eventTime is { } time) w.At(time);
        });
        Tables = new EmbeddingTableSet(schema, new() { Seed = 1, MemoryLimitBytes = 1 << 24 });
        _model = new LogisticRegression(schema);
        Log = new GrowingLog(encoder, new() { BatchSize = BatchSize, MaxDelay = maxDelay }, time);
        var options = new OnlineTrainerOptions { WindowExamples = long.MaxValue, Synchronization = { SparseEvery = Every } };
        configure?.Invoke(options);
        (Trainer, Time) = (new OnlineTrainer(Tables, _model, Log, store, options, time), time);
    }

    public GrowingLog Log { get; }

    public EmbeddingTableSet Tables { get; }

    public OnlineTrainer Trainer { get; }

    public ManualTime Time { get; }

    public Task Run => _run!;

    /// <summary>Trains until the log ends or <see cref="StopAsync"/> is called.</summary>
    public void Start() => _run = Trainer.RunAsync(null, _stop.Token);

    /// <summary>Waits until the given number of events were learned from.</summary>
    public async Task LearnedAsync(int events)
    {
        while (Trainer.Examples < events && !_run!.IsCompleted) await Task.Delay(1);
        Assert.That(Trainer.Examples, Is.EqualTo(events));
    }

    /// <summary>Lets time pass, a second at a time, until something holds or the run has ended.</summary>
    public async Task PassUntilAsync(Func<bool> holds)
    {
        for (var seconds = 0; !holds() && !_run!.IsCompleted; seconds++)
        {
            Assert.That(seconds, Is.LessThan(5_000), "nothing happens, however much time passes");
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }
    }

    /// <summary>Cancels the run, and waits for its end.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        Assert.That(() => Run, Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>Lets the log end, and waits for the run.</summary>
    public async Task EndAsync()
    {
        Log.End();
        await Run;
    }

    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        _stop.Dispose();
        _model.Dispose();
        Tables.Dispose();
    }
}
