using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Forgetting;

/// <summary>
/// A training on visits that a joiner makes of impressions and clicks, four of a millisecond, up to an end that moves; behind it may be a
/// negative sampler and an example log.
/// </summary>
internal sealed class JoinedVisits : IAsyncDisposable
{
    public const int SameTime = 4;

    private readonly OnlineModel _model;
    private readonly EmbeddingTableSet _tables;
    private readonly VisitLog _impressions, _clicks;

    public JoinedVisits(
        IReadOnlyList<Visit> visits, SnapshotStore? store, int? end = null, JoinedStages stages = JoinedStages.None,
        SnapshotStore? log = null, Action<OnlineJoinerOptions, OnlineTrainerOptions>? configure = null)
    {
        Schema = VisitTraining.CreateSchema();
        _tables = VisitTraining.CreateTables(Schema);
        _model = new DeepFm(Schema, new() { Hidden = [4], Seed = 3 });
        var joining = new OnlineJoinerOptions
        {
            Window = TimeSpan.FromMinutes(12),
            BackwardWindow = TimeSpan.FromMinutes(1),
            RememberClosedFor = TimeSpan.FromMinutes(4),
            AllowedLateness = TimeSpan.Zero,
            MaxJump = TimeSpan.FromDays(30),
            CloseAtEnd = false,
            BatchSize = 3,
            Store = new() { MemoryBytes = long.MaxValue },
        };
        var options = new OnlineTrainerOptions
        {
            Synchronization = { SparseEvery = Schedule.ByBatches(2), Retention = new() { Commits = 3, Age = TimeSpan.Zero } },
        };
        options.Scored = (batch, _) => Note(batch);
        configure?.Invoke(joining, options);
        (_impressions, _clicks) = (new(visits, end ?? visits.Count, _ => true), new(visits, end ?? visits.Count, one => one.IsClicked));
        Joiner = Join(joining).AddImpressions("impressions", _impressions).AddActions("clicks", _clicks);
        Trainer = NewTrainer(store, SourceOf(stages, log), options);
    }

    public FeatureSchema Schema { get; }

    public OnlineJoiner<long, NumberedVisit, NumberedVisit> Joiner { get; }

    public OnlineTrainer Trainer { get; }

    /// <summary>What was learned from, in order.</summary>
    public List<Visit> Learned { get; } = [];

    /// <summary>How many visits the logs have so far.</summary>
    public int End
    {
        set => _impressions.End = _clicks.End = value;
    }

    /// <summary>Visits, four of a time: the logs are in order of it.</summary>
    public static List<Visit> Visits(int seed, int count)
    {
        var start = VisitTraining.Start.ToUnixTimeMilliseconds();
        return
        [
            .. VisitTraining.Visits(seed, (count / VisitTraining.BatchSize) + 1).SelectMany(batch => batch).Take(count)
                .Select((visit, i) => visit with { Time = start + (i / SameTime * 60_000L) }),
        ];
    }

    /// <summary>All that was learned, to the bit.</summary>
    public string[] State()
    {
        using var dense = new MemoryStream();
        _model.Save(dense);
        return [.. SavedState.Of(_tables), Convert.ToHexString(dense.ToArray()), $"{Trainer.Examples} examples, {Joiner.Status.Forgotten}"];
    }

    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        Joiner.Dispose();
        _tables.Dispose();
        _model.Dispose();
    }

    private OnlineTrainer NewTrainer(SnapshotStore? store, ExampleSource source, OnlineTrainerOptions options) => store is null
        ? new OnlineTrainer(_tables, _model, source, options)
        : new OnlineTrainer(_tables, _model, source, store, options);

    private OnlineJoiner<long, NumberedVisit, NumberedVisit> Join(OnlineJoinerOptions options)
    {
        var (person, item) = (Schema.Slots[0], Schema.Slots[1]);
        var encoder = new ExampleEncoder<NumberedVisit>(Schema, (in NumberedVisit one, ExampleWriter writer) =>
            writer.Id(person, one.Visit.Person).Id(item, one.Visit.Item).At(one.Visit.Time));
        return new OnlineJoiner<long, NumberedVisit, NumberedVisit>(
            JoinKeys.Int64, new JoinedImpressions<long, NumberedVisit>(encoder, one => one.Number),
            new JoinedActions<long, NumberedVisit>(Schema.Tasks[0], one => one.Number,
                one => DateTimeOffset.FromUnixTimeMilliseconds(one.Visit.Time)), options);
    }

    private ExampleSource SourceOf(JoinedStages stages, SnapshotStore? log)
    {
        ExampleSource source = Joiner;
        if (stages.HasFlag(JoinedStages.Sampler))
        {
            source = source.WithNegatives(new()
            {
                Task = Schema.Tasks[0],
                Item = Schema.Slots[1],
                User = Schema.Slots[0],
                Window = 4,
                PerPositive = 2,
                Power = 0.75,
            });
        }
        return stages.HasFlag(JoinedStages.Log) ? source.LoggedTo(new ExampleLog(log!)) : source;
    }

    private void Note(ExampleBatch batch)
    {
        for (var row = 0; row < batch.Rows; row++)
        {
            Learned.Add(new Visit(batch.Ids(Schema.Slots[0])[row], batch.Ids(Schema.Slots[1])[row],
                batch.Labels(Schema.Tasks[0])[row] > 0, batch.EventTimesMilliseconds[row]));
        }
    }

    private sealed class VisitLog(IReadOnlyList<Visit> visits, int end, Func<Visit, bool> isOne) : RecordLog<NumberedVisit>
    {
        public int End { get; set; } = end;

        public override async IAsyncEnumerable<LogRecord<NumberedVisit>> ReadAsync(
            LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            for (var i = (int)from.Offset; i < End; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (isOne(visits[i])) yield return new LogRecord<NumberedVisit>(new(i + 1, visits[i]), new LogPosition("", i + 1));
            }
        }
    }
}
