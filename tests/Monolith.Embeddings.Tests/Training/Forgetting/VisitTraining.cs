using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Forgetting;

/// <summary>
/// A training on visits of people, whose ids are any 64 bits: rows of people are born at the second visit, and a commit comes every second
/// batch.
/// </summary>
internal sealed class VisitTraining : IAsyncDisposable
{
    public const int Batches = 24, BatchSize = 12, People = 30;

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly OnlineModel _model;

    public VisitTraining(
        IReadOnlyList<Visit[]> visits, SnapshotStore? store = null, int? end = null, Action<OnlineTrainerOptions>? configure = null,
        SnapshotStore? log = null, IdCatalogue? catalogue = null)
    {
        Schema = CreateSchema();
        Tables = CreateTables(Schema);
        _model = new DeepFm(Schema, new() { Hidden = [4], Seed = 3 });
        Source = new VisitSource(Schema, visits) { End = end ?? visits.Count };
        var options = new OnlineTrainerOptions
        {
            Synchronization = { SparseEvery = Schedule.ByBatches(2), Retention = new() { Commits = 3, Age = TimeSpan.Zero } },
        };
        configure?.Invoke(options);
        ExampleSource source = log is null ? Source : Source.LoggedTo(new ExampleLog(log));
        Trainer = store is null
            ? new OnlineTrainer(Tables, _model, source, options) { Catalogue = catalogue }
            : new OnlineTrainer(Tables, _model, source, store, options) { Catalogue = catalogue };
    }

    public FeatureSchema Schema { get; }

    public EmbeddingTableSet Tables { get; }

    public VisitSource Source { get; }

    public OnlineTrainer Trainer { get; }

    public static FeatureSchema CreateSchema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("people", r => r.Bias(new FtrlOptions()).Vector(3, new AdagradOptions()), t => t.Admission = new MinOccurrencesOptions(2));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(3, new AdamOptions()));
        f.Slot("person", "people");
        f.Slot("item", "items");
        f.Task("click");
        return f.Build();
    }

    public static EmbeddingTableSet CreateTables(FeatureSchema schema) => new(schema, new() { Seed = 2, MemoryLimitBytes = 1 << 24 });

    /// <summary>The id of a person: bits that nothing else has.</summary>
    public static long Person(int number) => number switch
    {
        0 => long.MinValue,
        1 => long.MaxValue,
        2 => -1,
        _ => unchecked((long)KeyMixer.Mix(0xFEED_0000_0000UL + (ulong)number)),
    };

    /// <summary>Batches of visits, drawn from a seed, a minute apart.</summary>
    public static List<Visit[]> Visits(int seed, int batches = Batches)
    {
        var (random, time) = (new Random(seed), Start.ToUnixTimeMilliseconds());
        return [.. Enumerable.Range(0, batches).Select(_ => Enumerable.Range(0, BatchSize).Select(_ =>
            new Visit(Person(random.Next(People)), 1000 + random.Next(8), random.Next(3) == 0, time += 60_000)).ToArray())];
    }

    /// <summary>All that was learned, to the bit.</summary>
    public string[] State()
    {
        using var dense = new MemoryStream();
        _model.Save(dense);
        return [.. SavedState.Of(Tables), Convert.ToHexString(dense.ToArray())];
    }

    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        Tables.Dispose();
        _model.Dispose();
    }
}
