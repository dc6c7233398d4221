using Measuring;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;

namespace SnapshotRatios;

/// <summary>
/// How long a cut holds training up, with a sketch of 64 MB that counts ids and a dense model of 1 MB: the model's bytes are taken, a file
/// is begun, and the tables are cut. The median, and the longest. And the longest of the batches of new ids that follow while the cut is
/// written, each of which changes the sketch in all its partitions: the median of the rounds, beside the same batches with no save.
/// The same with exact counters of four million ids, by batches of ids that are counted already.
/// </summary>
internal sealed class CutPause(SnapshotContext context) : Measurement(context)
{
    private const string Pause = "cut.pause_ms", Sketch = "sketch.longest_batch_after_cut_ms",
        Exact = "exact.longest_batch_after_cut_ms";
    private const long FirstId = (long)1e15;
    private const double NanosecondsAMillisecond = 1e6;
    private const int SketchBytes = 64 << 20, Slots = 26, BatchesBefore = 64, ExactIds = 4_000_000;

    private readonly long[] _ids = new long[SaveSubject.BatchIds];
    private float[] _output = [];
    private readonly Random _random = new(5);
    private long _nextId = FirstId;

    public override IReadOnlyList<string> Names => [Pause, Sketch, Exact];

    public override void Run()
    {
        _output = new float[SaveSubject.BatchIds * Context.Settings.Dimension];
        if (Context.IsWanted(Pause) || Context.IsWanted(Sketch))
            Run(new SketchCounterOptions { Bytes = SketchBytes }, 3, 0, NewId, Pause, Sketch);
        if (Context.IsWanted(Exact)) Run(new ExactCounterOptions(), int.MaxValue, ExactIds, KnownId, $"{Exact}.cut_pause", Exact);
    }

    private void Run(OccurrenceCounterOptions counter, int occurrences, int counted, Func<long> id, string pauseName, string longestName)
    {
        var rows = Math.Min(Context.Settings.Rows, 1_000_000);
        using var subject = new SaveSubject(
            Context.Settings with { Rows = rows }, o => o.Admission = new MinOccurrencesOptions(occurrences) { Counter = counter });
        using var model = CreateModel();
        for (_nextId = FirstId; _nextId < FirstId + counted;) Count(subject, NewId);
        var (pauses, held, bytes) = (new List<double>(), new List<double>(), 0L);
        var (alone, first, longest) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= Context.Settings.Rounds; round++)
        {
            var before = Enumerable.Range(0, BatchesBefore).Select(_ => Count(subject, id)).ToArray();
            PendingSnapshot? pending = null;
            var pause = Interleaved.Time(() => (pending, bytes) = Cut(subject, model));
            var writing = Task.Run(() => pending!.WriteAsync());
            var during = new List<double>();
            do during.Add(Count(subject, id));
            while (!writing.IsCompleted);
            writing.GetAwaiter().GetResult();
            pending!.DisposeAsync().AsTask().GetAwaiter().GetResult();
            if (round == 0) continue;
            pauses.Add(pause);
            held.Add(pending.Pause.TotalNanoseconds);
            alone.Add(before.Max());
            first.Add(during[0]);
            longest.Add(during.Max());
        }
        Print(pauseName, Interleaved.Median(pauses));
        Print($"{pauseName}.longest", pauses.Max());
        Print($"{pauseName}.tables", Interleaved.Median(held));
        Context.Report.Print($"{pauseName}.model_mb", bytes / 1e6);
        Print(longestName, Interleaved.Median(longest));
        Print($"{longestName}.first", Interleaved.Median(first));
        Print($"{longestName}.of_all_rounds", longest.Max());
        Print($"{longestName}.without_a_save", Interleaved.Median(alone));
    }

    private void Print(string name, double nanoseconds) => Context.Report.Print(name, nanoseconds / NanosecondsAMillisecond);

    private static (PendingSnapshot Pending, long ModelBytes) Cut(SaveSubject subject, DeepFm model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        var sections = new Dictionary<string, ReadOnlyMemory<byte>>
        {
            [SnapshotChain.ModelSection] = stream.GetBuffer().AsMemory(0, (int)stream.Length)
        };
        return (subject.Chain.CutAsync(sections).AsTask().GetAwaiter().GetResult(), stream.Length);
    }

    private long NewId() => _nextId++;

    private long KnownId() => FirstId + _random.Next(ExactIds);

    // Ids that are not admitted: they are counted.
    private double Count(SaveSubject subject, Func<long> id)
    {
        for (var i = 0; i < _ids.Length; i++) _ids[i] = id();
        return Interleaved.Time(() => subject.Tables.Tables[0].LookupOrAdmit(_ids, [], _output, SaveSubject.EventTime));
    }

    private static DeepFm CreateModel()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("items", r => r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()));
        for (var i = 0; i < Slots; i++) builder.Slot($"slot-{i}", "items");
        builder.Task("click");
        return new DeepFm(builder.Build(), new() { Hidden = [256, 128] });
    }
}
