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
/// </summary>
internal sealed class CutPause(SnapshotContext context) : Measurement(context)
{
    private const string Pause = "cut.pause_ms", Sketch = "sketch.longest_batch_after_cut_ms";
    private const double NanosecondsAMillisecond = 1e6;
    private const int SketchBytes = 64 << 20, Slots = 26, BatchesBefore = 64;

    private readonly long[] _ids = new long[SaveSubject.BatchIds];
    private float[] _output = [];
    private long _nextId = (long)1e15;

    public override IReadOnlyList<string> Names => [Pause, Sketch];

    public override void Run()
    {
        var rows = Math.Min(Context.Settings.Rows, 1_000_000);
        using var subject = new SaveSubject(Context.Settings with { Rows = rows },
            o => o.Admission = new MinOccurrencesOptions(3) { Counter = new SketchCounterOptions { Bytes = SketchBytes } });
        using var model = CreateModel();
        _output = new float[SaveSubject.BatchIds * Context.Settings.Dimension];
        var (pauses, held, bytes) = (new List<double>(), new List<double>(), 0L);
        var (alone, first, longest) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= Context.Settings.Rounds; round++)
        {
            var before = Enumerable.Range(0, BatchesBefore).Select(_ => CountNewIds(subject)).ToArray();
            PendingSnapshot? pending = null;
            var pause = Interleaved.Time(() => (pending, bytes) = Cut(subject, model));
            var writing = Task.Run(() => pending!.WriteAsync());
            var during = new List<double>();
            do during.Add(CountNewIds(subject));
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
        Print(Pause, Interleaved.Median(pauses));
        Print($"{Pause}.longest", pauses.Max());
        Print($"{Pause}.tables", Interleaved.Median(held));
        Context.Report.Print($"{Pause}.model_mb", bytes / 1e6);
        Print(Sketch, Interleaved.Median(longest));
        Print($"{Sketch}.first", Interleaved.Median(first));
        Print($"{Sketch}.of_all_rounds", longest.Max());
        Print($"{Sketch}.without_a_save", Interleaved.Median(alone));
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

    // Ids that are seen once: the sketch counts them.
    private double CountNewIds(SaveSubject subject)
    {
        for (var i = 0; i < _ids.Length; i++) _ids[i] = _nextId++;
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
