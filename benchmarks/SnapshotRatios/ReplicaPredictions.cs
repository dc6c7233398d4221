using Measuring;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;

namespace SnapshotRatios;

/// <summary>
/// Predicting 500 candidates by DeepFM (26 slots, half of them the user's; layers of 256 and 128) on one thread, writing the request
/// included: the 99th percentile with nothing to apply, beside a thread that only keeps its processor busy, and while deltas of a tenth of
/// the rows are applied, dense weights with each. By the clock, over all samples of each kind, which take turns.
/// </summary>
internal sealed class ReplicaPredictions(SnapshotContext context) : Measurement(context)
{
    private const string Name = "replica.predict_500_candidates_p99";
    private const int Candidates = 500, DeltaShare = 10, FewestSamples = 20;
    private const double NanosecondsAMillisecond = 1e6;

    private readonly float[] _scores = new float[Candidates];
    private readonly Random _random = new(4);

    public override IReadOnlyList<string> Names =>
        [Name + "_ms", Name + "_vs_p50", Name + "_while_applying_vs_idle", Name + "_while_applying_vs_busy"];

    public override void Run()
    {
        using var subject = new ReplicaSubject(Context.Settings.Rows, Context.Settings.Dimension, Context.Settings.Folder);
        subject.Commit();
        var replica = subject.Open(RowFormat.Float16);
        Sample(subject, replica, FewestSamples);
        var (idle, busy, applied) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Context.Settings.Rounds; round++)
        {
            var delta = subject.Change(ReplicaChange.Of(
                Enumerable.Range(0, Context.Settings.Rows / DeltaShare).Select(_ => subject.RandomId(_random)),
                Context.Settings.Dimension, _random));
            // What making the change left behind is nobody's.
            GC.Collect();
            var applying = Task.Run(() => replica.ApplyAsync(delta));
            var before = applied.Count;
            while (!applying.IsCompleted) applied.Add(Predict(subject, replica));
            applying.GetAwaiter().GetResult();
            var count = Math.Max(FewestSamples, applied.Count - before);
            idle.AddRange(Sample(subject, replica, count));
            busy.AddRange(SampleBesideBusy(subject, replica, count));
        }
        var (appliedP99, busyP99, idleP99) = (Percentiles.P99(applied), Percentiles.P99(busy), Percentiles.P99(idle));
        Context.Report.Print(Name + "_ms", idleP99 / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_ms.median", Interleaved.Median(idle) / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_ms.beside_busy", busyP99 / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_ms.beside_busy.median", Interleaved.Median(busy) / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_ms.while_applying", appliedP99 / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_ms.while_applying.median", Interleaved.Median(applied) / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_vs_p50", idleP99 / Interleaved.Median(idle));
        Context.Report.Print(Name + "_while_applying_vs_idle", appliedP99 / idleP99);
        Context.Report.Print(Name + "_while_applying_vs_busy", appliedP99 / busyP99);
        replica.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private List<double> Sample(ReplicaSubject subject, ModelReplica replica, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Predict(subject, replica))];

    /// <summary>As many beside a thread that computes, and shares nothing but the machine.</summary>
    private List<double> SampleBesideBusy(ReplicaSubject subject, ModelReplica replica, int count)
    {
        using var isEnough = new CancellationTokenSource();
        var neighbour = Task.Run(() =>
        {
            // Arithmetic, since a spinning processor would leave the units of its core to the thread that is measured.
            for (var value = 1.0; !isEnough.IsCancellationRequested && value > 0;) value = Math.Sqrt(value + 1);
        });
        var samples = Sample(subject, replica, count);
        isEnough.Cancel();
        neighbour.GetAwaiter().GetResult();
        return samples;
    }

    private double Predict(ReplicaSubject subject, ModelReplica replica) => Interleaved.Time(() =>
    {
        using var request = replica.Rent(Candidates);
        Write(request.Shared, subject, 0, ReplicaSubject.SharedSlots);
        for (var i = 0; i < Candidates; i++) Write(request.Add(), subject, ReplicaSubject.SharedSlots, ReplicaSubject.Slots);
        replica.Predict(request, _scores);
    });

    private void Write(FeatureWriter writer, ReplicaSubject subject, int first, int end)
    {
        for (var slot = first; slot < end; slot++) writer.Id(subject.SlotsOfItems[slot], subject.RandomId(_random));
    }
}
