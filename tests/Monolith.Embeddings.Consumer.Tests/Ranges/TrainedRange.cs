using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Consumer.Tests.Faults.Clocks;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>
/// What a trainer makes of one stream: of examples whose rows do not all fit, whose ids a sketch counts, some of them by clocks that are
/// wrong.
/// </summary>
internal sealed class TrainedRange
{
    /// <summary>How many examples the stream has.</summary>
    public const int Examples = 3000;

    /// <summary>How many batches they make.</summary>
    public const int Batches = (Examples + 31) / 32;

    private const int Ids = 1300;

    /// <summary>All that the reports of the trainer say, except speed and memory.</summary>
    public required IReadOnlyList<string> Reports { get; init; }

    /// <summary>The dense model as it is saved.</summary>
    public required byte[] Model { get; init; }

    /// <summary>Each row with its state, or why there is none.</summary>
    public required string[] Rows { get; init; }

    /// <summary>What happened to each table.</summary>
    public required EmbeddingTableStatistics[] Statistics { get; init; }

    /// <summary>What the trainer made of the examples' times.</summary>
    public required EventTimeCounts EventTimes { get; init; }

    /// <summary>Trains on one set.</summary>
    public static Task<TrainedRange> OfOneSetAsync() => RunAsync(1, answersLater: false, (tables, _) => tables.One);

    /// <summary>Trains on ranges.</summary>
    public static Task<TrainedRange> OfAsync(int ranges, bool answersLater) => RunAsync(ranges, answersLater, (tables, _) => tables.Cut);

    /// <summary>Trains on one set behind another one.</summary>
    public static Task<TrainedRange> OfAsync(Func<EmbeddingTableSet, EmbeddingTableSetOptions, TimeProvider, TableSet> wrap) =>
        RunAsync(1, answersLater: false, (tables, time) => wrap(tables.One, Options(), time));

    private static async Task<TrainedRange> RunAsync(
        int ranges, bool answersLater, Func<RangeFixture, TimeProvider, TableSet> choose)
    {
        var (schema, encoder) = Schema();
        var clock = Clock();
        using var tables = new RangeFixture(() => schema, ranges, Options(), clock, answersLater);
        var set = choose(tables, clock);
        using var model = new FactorizationMachine(schema, new());
        await using var trainer = new OnlineTrainer(
            set, model, ExampleSource.From(() => Enumerable.Range(0, Examples), encoder, 32),
            TrainerOptions(), clock);
        var reports = new ReportLines();
        await trainer.RunAsync(reports);
        var told = await set.GetStatisticsAsync();
        using var saved = new MemoryStream();
        model.Save(saved);
        return new TrainedRange
        {
            Reports = reports.Lines,
            Model = saved.ToArray(),
            Rows = [.. RowsOf(tables, set)],
            Statistics = [.. told.Select(LogicalStatistics.Of)],
            EventTimes = trainer.EventTimes,
        };
    }

    /// <summary>Each row with its state, or why there is none.</summary>
    public static IEnumerable<string> RowsOf(RangeFixture tables, TableSet set)
    {
        for (var table = 0; table < set.Schema.Tables.Count; table++)
        {
            for (long id = 0; id < Ids; id++)
            {
                var owner = set == tables.Cut ? tables.Owner(table, id) : tables.One.Tables[table];
                var row = owner.Explain(id);
                var values = new float[owner.Dimension];
                owner.Lookup(id, values);
                yield return $"{owner.Name} {id} {row.LastUpdate} {row.Frequency} {row.Admission} {string.Join(' ', row.Segments)} "
                    + string.Join(' ', values.Select(BitConverter.SingleToInt32Bits));
            }
        }
    }

    /// <summary>The features of the stream.</summary>
    public static (FeatureSchema Schema, ExampleEncoder<int> Encoder) Schema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("full", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions()), t =>
        {
            (t.Expiry, t.AtLimit, t.MaxRows) = (new TimeToLiveOptions(TimeSpan.FromMinutes(1)), new LeastRecentlyUpdatedOptions(), 70);
            t.TrackFrequency = true;
        });
        f.Table("counted", r => r.Vector(4, new AdamOptions()), t =>
        {
            t.Admission = new MinOccurrencesOptions(3) { Counter = new SketchCounterOptions { Bytes = SketchCounterOptions.MinBytes } };
            (t.Expiry, t.TrackFrequency) = (new KeepBestOptions(60, new LeastFrequentlyUsedOptions()), true);
        });
        var (user, item) = (f.Slot("user", "full"), f.Slot("item", "full", Pooling.Mean, maxIds: 3));
        var (word, click) = (f.Slot("word", "counted", bornFrom: user), f.Task("click"));
        var schema = f.Build();
        return (schema, new ExampleEncoder<int>(schema, (in int i, ExampleWriter w) => w
            .Id(user, i * 31 % 97).Id(item, 1000 + (i * 17 % 211)).Id(item, 1000 + (i % 13)).Id(word, i * i % 1201)
            .Label(click, i % 3 == 0).At(TimeOf(i))));
    }

    /// <summary>The options of the tables.</summary>
    public static EmbeddingTableSetOptions Options() => new()
    {
        Seed = 3,
        MemoryLimitBytes = 64 << 20,
        EventTimeSkew = TimeSpan.FromMinutes(10),
        RefuseFutureEventTimes = true,
    };

    /// <summary>How the trainer runs.</summary>
    public static OnlineTrainerOptions TrainerOptions() =>
        new() { ClipGlobalNorm = 0.5f, EvictEvery = TimeSpan.FromSeconds(40), WindowExamples = 500 };

    /// <summary>The clock of all: after the last example.</summary>
    public static TimeProvider Clock() => new SetClock(DateTimeOffset.FromUnixTimeMilliseconds(TimeOf(Examples)));

    // Two seconds apart, with a pause now and then; one in fifty comes from a clock that is a month ahead, and one in seventy from one that
    // is half an hour ahead.
    private static long TimeOf(int i) =>
        1_700_000_000_000 + (2000L * i) + (120_000L * (i / 400))
        + (i % 50 == 7 ? 30L * 24 * 3_600_000 : 0) + (i % 70 == 9 ? 1_800_000 : 0);

    private sealed class ReportLines : IProgress<TrainingProgress>
    {
        public List<string> Lines { get; } = [];

        public void Report(TrainingProgress value) =>
            Lines.Add((value with { ExamplesPerSecond = 0, Elapsed = TimeSpan.Zero, MemoryBytes = 0 }).ToString());
    }
}
