using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>Random options and records. Times are some milliseconds after <see cref="Epoch"/>.</summary>
internal sealed class JoinScenario
{
    public const long Epoch = 1_000_000;

    private readonly Random _random;
    private readonly LabelTask[] _tasks;

    public JoinScenario(int seed)
    {
        _random = new Random(seed);
        Seed = seed;
        var builder = new FeatureSchemaBuilder();
        builder.Table("items", row => row.Bias(new AdagradOptions()));
        Item = builder.Slot("item", "items");
        _tasks = [builder.Task("click"), builder.Task("buy"), builder.Task("other")];
        Schema = builder.Build();
        Tasks = _tasks[..(1 + _random.Next(2))];
        Options = NewOptions();
        Partitions = [.. Enumerable.Range(0, 1 + _random.Next(4)).Select(_ => new List<ScriptedRecord>())];
        WriteRecords();
        Written = Array.ConvertAll(Partitions, records => records.Count);
    }

    public int Seed { get; }

    public FeatureSchema Schema { get; }

    public FeatureSlot Item { get; }

    public LabelTask[] Tasks { get; }

    public LabelTask Other => _tasks[2];

    public OnlineJoinerOptions Options { get; }

    public List<ScriptedRecord>[] Partitions { get; }

    /// <summary>How many records of each partition are written: a reading that begins meets these.</summary>
    public int[] Written { get; }

    /// <summary>The names of the partitions.</summary>
    public string[] Names => [.. Partitions.Select((_, i) => $"log {i}")];

    /// <summary>A joiner of it.</summary>
    /// <param name="seed">Decides where its logs wait, and which goes on first.</param>
    /// <param name="time">The clock of silences; null where there is none.</param>
    public ScenarioJoiner NewJoiner(int seed, ManualTime? time = null)
    {
        var schedule = new LogSchedule(seed, time);
        var encoder = new ExampleEncoder<ScriptedRecord>(Schema, (in ScriptedRecord record, ExampleWriter writer) =>
        {
            writer.Id(Item, record.Id).At(record.Time).Label(Other, 0.25f);
            if (record.Id % 5 == 0) writer.Label(Tasks[0], 0.125f);
        });
        var joiner = new OnlineJoiner<long, ScriptedRecord, ScriptedRecord>(
            JoinKeys.Int64, new JoinedImpressions<long, ScriptedRecord>(encoder, record => record.Key),
            new JoinedActions<long, ScriptedRecord>(
                Tasks, record => record.Key, record => DateTimeOffset.FromUnixTimeMilliseconds(record.Time),
                record => new JoinedLabel(Tasks[record.Task], record.Value)),
            Options, time);
        var logs = new CountedLog[Partitions.Length];
        for (var i = 0; i < Partitions.Length; i++)
        {
            var own = i;
            var log = new ScheduledLog(Partitions[i], () => Written[own], unchecked((seed * 31) + i), schedule);
            logs[i] = log;
            joiner.Add(Names[i], log, (in ScriptedRecord record, JoinRecordWriter<long, ScriptedRecord, ScriptedRecord> writer) =>
            {
                log.Take();
                JoinerFixture.Read(in record, writer);
            });
        }
        return new ScenarioJoiner(this, joiner, logs, schedule);
    }

    private OnlineJoinerOptions NewOptions()
    {
        var feedback = (DelayedFeedback)_random.Next(4);
        var backward = _random.Next(12);
        return new()
        {
            Window = Milliseconds(_random.Next(3) == 0 ? 0 : _random.Next(40)),
            BackwardWindow = Milliseconds(backward),
            AllowedLateness = Milliseconds(_random.Next(12)),
            RememberClosedFor = Milliseconds(backward + _random.Next(30)),
            DefaultLabel = _random.Next(3) switch { 0 => null, 1 => 0.5f, _ => 0 },
            Feedback = feedback,
            Aggregation = feedback == DelayedFeedback.Wait ? (ActionAggregation)_random.Next(6) : ActionAggregation.Earliest,
            LateActions = (LateActions)_random.Next(2),
            RepeatedImpressions = (RepeatedImpressions)_random.Next(2),
            MaxJump = Milliseconds(20 + _random.Next(60)),
            JumpConfirmations = 2 + _random.Next(5),
            MaxLead = Milliseconds(_random.Next(80)),
            CloseAtEnd = _random.Next(4) > 0,
            BatchSize = 1 + _random.Next(6),
            Store = new() { MemoryBytes = long.MaxValue },
        };
    }

    private void WriteRecords()
    {
        var clocks = new long[Partitions.Length];
        var errors = new (int Left, int By)[Partitions.Length];
        // Where a log holds the others forever, it is not read on, and what is wrong with it does not show.
        for (var i = 0; i < errors.Length; i++) errors[i] = Options.CloseAtEnd && _random.Next(5) == 0 ? NewError() : default;
        var id = 0L;
        var keys = 1 + _random.Next(12);
        // Now and then so many that a log is read in several steps, and that a leap is out of doubt.
        var isLong = _random.Next(200) == 0;
        for (var left = _random.Next(isLong ? 4000 : 160); left > 0; left--)
        {
            var partition = _random.Next(Partitions.Length);
            // A step forward, a big one seldom; a record is a bit before it, or much, or far ahead.
            clocks[partition] += _random.Next(20) == 0 ? _random.Next(60) : _random.Next(5);
            var distance = _random.Next(12) switch
            {
                < 6 => 0,
                < 10 => -_random.Next(10),
                10 => -_random.Next(60),
                _ => _random.Next(4) * 50,
            };
            var kind = _random.Next(10) switch
            {
                < 4 => ScriptedKind.Impression,
                < 8 => ScriptedKind.Action,
                var other => (ScriptedKind)(other - 6),
            };
            if (_random.Next(isLong ? 400 : 40) == 0)
            {
                errors[partition] = NewError();
                if (_random.Next(4) == 0) errors[_random.Next(errors.Length)] = errors[partition];
            }
            var time = Epoch + clocks[partition] + distance + (errors[partition].Left-- > 0 ? errors[partition].By : 0);
            var record = new ScriptedRecord(
                kind, _random.Next(keys), time, ++id, _random.Next(Tasks.Length), (_random.Next(7) - 1) / 4f);
            Partitions[partition].Add(record);
            if (_random.Next(6) == 0) Partitions[_random.Next(Partitions.Length)].Add(record);
        }
    }

    // A clock that is wrong for some records, mostly for fewer than are believed.
    private (int Left, int By) NewError() => (1 + _random.Next(8), (_random.Next(3) == 0 ? -1 : 1) * (200 + _random.Next(3000)));

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);
}
