using Measuring;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;

namespace SnapshotRatios;

/// <summary>
/// Predicting 500 candidates by DeepFM (26 slots, half of them the user's; layers of 256 and 128) on one thread, writing the request
/// included: the 99th percentile with nothing to apply, and while deltas of a tenth of the rows are applied, dense weights with each. By
/// the clock, over all samples of either kind, which take turns.
/// </summary>
internal sealed class ReplicaPredictions(SnapshotContext context) : Measurement(context)
{
    private const string Name = "replica.predict_500_candidates_p99";
    private const int Candidates = 500, DeltaShare = 10, FewestSamples = 20;
    private const double NanosecondsAMillisecond = 1e6;

    private readonly float[] _scores = new float[Candidates];
    private readonly Random _random = new(4);

    public override IReadOnlyList<string> Names => [Name + "_ms", Name + "_while_applying_vs_idle"];

    public override void Run()
    {
        using var subject = new ReplicaSubject(Context.Settings.Rows, Context.Settings.Dimension, Context.Settings.Folder);
        subject.Commit();
        var replica = subject.Open(RowFormat.Float16);
        Sample(subject, replica, FewestSamples);
        var (idle, busy) = (new List<double>(), new List<double>());
        for (var round = 0; round < Context.Settings.Rounds; round++)
        {
            var delta = subject.Change(ReplicaChange.Of(
                Enumerable.Range(0, Context.Settings.Rows / DeltaShare).Select(_ => subject.RandomId(_random)),
                Context.Settings.Dimension, _random));
            // What making the change left behind is nobody's.
            GC.Collect();
            var applying = Task.Run(() => replica.ApplyAsync(delta));
            var before = busy.Count;
            while (!applying.IsCompleted) busy.Add(Predict(subject, replica));
            applying.GetAwaiter().GetResult();
            idle.AddRange(Sample(subject, replica, Math.Max(FewestSamples, busy.Count - before)));
        }
        var (busyP99, idleP99) = (Percentiles.P99(busy), Percentiles.P99(idle));
        Context.Report.Print(Name + "_ms", idleP99 / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_ms.median", Interleaved.Median(idle) / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_ms.while_applying", busyP99 / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_ms.while_applying.median", Interleaved.Median(busy) / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_while_applying_vs_idle", busyP99 / idleP99);
        replica.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private List<double> Sample(ReplicaSubject subject, ModelReplica replica, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Predict(subject, replica))];

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
