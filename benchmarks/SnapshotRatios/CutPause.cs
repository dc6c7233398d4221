using Measuring;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;

namespace SnapshotRatios;

/// <summary>
/// How long a cut holds training up, with a sketch of 64 MB that counts ids and a dense model of 1 MB: the model's bytes are taken, a file
/// is begun, and the tables are cut. The median, and the longest.
/// </summary>
internal sealed class CutPause(SnapshotContext context) : Measurement(context)
{
    private const string Pause = "cut.pause_ms";
    private const double NanosecondsAMillisecond = 1e6;
    private const int SketchBytes = 64 << 20, Slots = 26, FloodIds = 1 << 22;

    public override IReadOnlyList<string> Names => [Pause];

    public override void Run()
    {
        var rows = Math.Min(Context.Settings.Rows, 1_000_000);
        using var subject = new SaveSubject(Context.Settings with { Rows = rows },
            o => o.Admission = new MinOccurrencesOptions(3) { Counter = new SketchCounterOptions { Bytes = SketchBytes } });
        using var model = CreateModel();
        var (pauses, batches, bytes) = (new List<double>(), new List<double>(), 0L);
        for (var round = 0; round <= Context.Settings.Rounds; round++)
        {
            Flood(subject, round);
            PendingSnapshot? pending = null;
            var pause = Interleaved.Time(() =>
            {
                using var stream = new MemoryStream();
                model.Save(stream);
                bytes = stream.Length;
                var sections = new Dictionary<string, ReadOnlyMemory<byte>>
                {
                    [SnapshotChain.ModelSection] = stream.GetBuffer().AsMemory(0, (int)stream.Length)
                };
                pending = subject.Chain.CutAsync(sections).AsTask().GetAwaiter().GetResult();
            });
            var writing = Task.Run(() => pending!.WriteAsync());
            // What the first batches pay for the sketch, which is copied before they change it.
            batches.Add(Interleaved.Time(() => Flood(subject, round, SaveSubject.BatchIds)));
            writing.GetAwaiter().GetResult();
            pending!.DisposeAsync().AsTask().GetAwaiter().GetResult();
            if (round > 0) pauses.Add(pause);
        }
        Context.Report.Print(Pause, Interleaved.Median(pauses) / NanosecondsAMillisecond);
        Context.Report.Print($"{Pause}.longest", pauses.Max() / NanosecondsAMillisecond);
        Context.Report.Print($"{Pause}.first_batch_of_new_ids", Interleaved.Median(batches) / NanosecondsAMillisecond);
        Context.Report.Print($"{Pause}.model_mb", bytes / 1e6);
    }

    // Ids that are seen once: the sketch counts them.
    private static void Flood(SaveSubject subject, int round, int ids = FloodIds / 16)
    {
        var table = subject.Tables.Tables[0];
        var first = (long)1e15 + round * (long)FloodIds;
        var output = new float[SaveSubject.BatchIds * table.Dimension];
        for (var start = 0; start < ids; start += SaveSubject.BatchIds)
        {
            var at = first + start;
            table.LookupOrAdmit([.. Enumerable.Range(0, SaveSubject.BatchIds).Select(i => at + i)], [], output, SaveSubject.EventTime);
        }
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
