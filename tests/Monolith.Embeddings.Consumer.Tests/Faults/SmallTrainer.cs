using Monolith.Embeddings.Consumer.Tests.Faults.Clocks;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Faults;

/// <summary>A trainer of a small model on a made-up stream that grows from run to run.</summary>
internal sealed class SmallTrainer : IAsyncDisposable
{
    public const int Ids = 60;
    public const int BatchSize = 8;

    private readonly StreamTrainer<(long User, long Item, bool Clicked, long Time)> _stream;
    private readonly int _seed;
    private long _end;

    public SmallTrainer(SnapshotStore? store, int seed, Action<OnlineTrainerOptions>? configure = null)
    {
        _seed = seed;
        var options = new OnlineTrainerOptions
        {
            Synchronization = new() { SparseEvery = Schedule.ByBatches(2), CompactAfterDeltas = 5 },
        };
        configure?.Invoke(options);
        var set = new EmbeddingTableSetOptions { MemoryLimitBytes = 16 << 20, Seed = 1 };
        _stream = new(Encoder(Schema()), Read, BatchSize, store, options, set, new StoppedClock());
    }

    public EmbeddingTableSet Tables => _stream.Tables;

    public BuiltInModel Model => _stream.Model;

    public OnlineTrainer Trainer => _stream.Trainer;

    /// <summary>Called for each record that is read.</summary>
    public Action? Reading { get; set; }

    public static FeatureSchema Schema()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", row => row.Bias(new FtrlOptions()), table => table.Stripes = 4);
        builder.Table("items", row => row.Bias(new AdagradOptions()), table => table.Stripes = 4);
        builder.Slot("user", "users");
        builder.Slot("item", "items");
        builder.Task("click");
        return builder.Build();
    }

    public static ExampleEncoder<(long User, long Item, bool Clicked, long Time)> Encoder(FeatureSchema schema) =>
        new(schema, (in (long User, long Item, bool Clicked, long Time) click, ExampleWriter writer) => writer
            .Id(schema.Slots[0], click.User).Id(schema.Slots[1], click.Item).Label(schema.Tasks[0], click.Clicked).At(click.Time));

    /// <summary>Learns the given number of records more than the stream has shown so far.</summary>
    public async Task RunAsync(int more, IProgress<TrainingProgress>? progress = null)
    {
        Interlocked.Add(ref _end, more);
        await Trainer.RunAsync(progress);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <summary>A trainer that restores stands behind its stream's end, so the stream is as long as the longest of them.</summary>
    private IEnumerable<(long User, long Item, bool Clicked, long Time)> Read()
    {
        var end = Math.Max(Interlocked.Read(ref _end), Trainer.Examples + 30);
        for (var number = 0L; number < end; number++)
        {
            Reading?.Invoke();
            var random = new Random(unchecked((int)(_seed * 1_000_003 + number)));
            yield return (random.Next(Ids), random.Next(Ids), random.Next(3) == 0, 1_700_000_000_000 + number * 1000);
        }
    }
}
