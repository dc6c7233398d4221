using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>A trainer whose events have given times and an id each, counted from 0, under a time to live of seven days.</summary>
internal sealed class TimedTrainer : IAsyncDisposable
{
    public const long Day = 24 * 3600 * 1000L;

    /// <summary>2023-11-14, in milliseconds.</summary>
    public const long Start = 1_700_000_000_000;

    /// <summary>2099-01-01, in milliseconds.</summary>
    public const long Year2099 = 4_070_908_800_000;

    private readonly ManualTime _clock;
    private readonly LogisticRegression _model;

    public TimedTrainer(
        IReadOnlyList<long> times, SnapshotStore? store = null, Action<OnlineTrainerOptions>? configure = null,
        DateTimeOffset? now = null, Action<EmbeddingTableSetOptions>? configureSet = null, bool expires = true, int batchSize = 20)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table(
            "users", r => r.Bias(new FtrlOptions()), t => t.Expiry = expires ? new TimeToLiveOptions(TimeSpan.FromDays(7)) : null);
        var (user, click) = (builder.Slot("user", "users"), builder.Task("click"));
        var schema = builder.Build();
        var encoder = new ExampleEncoder<int>(schema, (in int i, ExampleWriter w) => w.Id(user, i).Label(click, i % 2 == 0).At(times[i]));
        // The stream ends before the clock stands.
        _clock = new ManualTime(now ?? DateTimeOffset.FromUnixTimeMilliseconds(Start + 365 * Day));
        var setOptions = new EmbeddingTableSetOptions { Seed = 1, MemoryLimitBytes = 1 << 24 };
        configureSet?.Invoke(setOptions);
        Tables = new EmbeddingTableSet(schema, setOptions, _clock);
        _model = new LogisticRegression(schema);
        var options = new OnlineTrainerOptions { WindowExamples = long.MaxValue };
        configure?.Invoke(options);
        var source = ExampleSource.From(() => Enumerable.Range(0, times.Count), encoder, batchSize);
        Trainer = store is null
            ? new OnlineTrainer(Tables, _model, source, options)
            : new OnlineTrainer(Tables, _model, source, store, options);
    }

    public EmbeddingTableSet Tables { get; }

    public EmbeddingTable Users => Tables["users"];

    public OnlineTrainer Trainer { get; }

    /// <summary>Sixty days, twenty events a day, of which some are replaced.</summary>
    public static long[] SixtyDays(int at = -1, int count = 0, long wrong = Year2099)
    {
        long[] times = [.. Enumerable.Range(0, 1200).Select(i => Start + i * (Day / 20))];
        if (at >= 0) times.AsSpan(at, count).Fill(wrong);
        return times;
    }

    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        _model.Dispose();
        Tables.Dispose();
        _clock.Dispose();
    }
}
