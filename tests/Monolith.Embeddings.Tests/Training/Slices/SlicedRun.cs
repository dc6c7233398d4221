using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Training.Calibration;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Slices;

/// <summary>A trainer over users that come again and again, some rows without one, and countries of which a few are frequent.</summary>
internal sealed class SlicedRun : IDisposable
{
    public const int BatchSize = 50;

    private readonly LabelTask[] _tasks;
    private readonly Func<int, float>? _served;
    private readonly ExampleEncoder<int> _encoder;

    public SlicedRun(
        int events, SnapshotStore? store = null, int maxSlices = 3, Action<MetricsOptions>? configure = null, int readAhead = 2,
        Func<int, float>? served = null, CalibrationOptions? calibration = null)
    {
        _served = served;
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", row => row.Bias(new SgdOptions()));
        builder.Table("countries", row => row.Bias(new SgdOptions()));
        builder.Slot("user", "users");
        builder.Slot("country", "countries");
        builder.Dense(1);
        _tasks = [builder.Task("click"), builder.Task("buy")];
        Schema = builder.Build();
        _encoder = new ExampleEncoder<int>(Schema, Encode);
        Tables = new EmbeddingTableSet(Schema, new() { MemoryLimitBytes = 64 << 20 });
        Model = new SteepModel(Schema);
        var options = new OnlineTrainerOptions
        {
            WindowExamples = 1000,
            ReadAheadBatches = readAhead,
            Calibration = calibration,
            Scored = (batch, logits) => Scored?.Invoke(batch, logits),
        };
        options.Metrics.Slices.Add(new() { Slot = "user" });
        options.Metrics.Slices.Add(new() { Slot = "country", By = SliceBy.Id, MaxSlices = maxSlices });
        configure?.Invoke(options.Metrics);
        var source = ExampleSource.From(() => Enumerable.Range(0, events), _encoder, BatchSize);
        try
        {
            Trainer = store is null
                ? new OnlineTrainer(Tables, Model, source, options)
                : new OnlineTrainer(Tables, Model, source, store, options);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public FeatureSchema Schema { get; }

    public EmbeddingTableSet Tables { get; }

    public SteepModel Model { get; }

    public OnlineTrainer Trainer { get; } = null!;

    public ScoredBatchHandler? Scored { get; set; }

    /// <summary>The user of an event; null for one without.</summary>
    public static long? UserOf(int n) => n % 11 == 0 ? null : (long)(400 * Math.Pow(new Random(n).NextDouble(), 2));

    /// <summary>The country of an event; in another order of first sight where a stream goes on.</summary>
    public static long CountryOf(int n) => ((n + n / 1000) * 7 % 10) switch { < 5 => 44, < 7 => -1, 7 => 49, 8 => 33, _ => 1 };

    public ExampleBatch Batch(int start = 0)
    {
        var batch = new ExampleBatch(Schema);
        for (var n = start; n < start + BatchSize; n++) _encoder.Encode(n, batch);
        return batch;
    }

    public void Dispose()
    {
        Model.Dispose();
        Tables.Dispose();
    }

    private void Encode(in int n, ExampleWriter writer)
    {
        var random = new Random(n + 1000);
        if (UserOf(n) is { } user) writer.Id(Schema.Slots[0], user);
        writer.Id(Schema.Slots[1], CountryOf(n)).Dense(0, random.NextSingle() - 0.7f);
        writer.Label(_tasks[0], random.Next(4) == 0);
        if (_served is not null) writer.ServedPrediction(_tasks[0], _served(n));
        if (n % 3 > 0) writer.Label(_tasks[1], random.Next(8) == 0);
    }
}
