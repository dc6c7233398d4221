using Measuring;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;

namespace SnapshotRatios;

/// <summary>
/// Predicting 500 candidates by DeepFM (26 slots, half of them the user's; layers of 256 and 128) on one thread, writing the request
/// included: with nothing to apply; beside a thread that only computes; while another replica, without readers, applies deltas of a
/// tenth of the rows; and while the replica itself applies them, dense weights with each. By the clock, over all samples of each kind.
/// </summary>
/// <remarks>
/// The other replica does all that the first does to the machine, and shares no row and no lock with the predictions: what they lose
/// beside it is the machine's.
/// </remarks>
internal sealed class ReplicaPredictions(SnapshotContext context) : Measurement(context)
{
    private const string Name = "replica.predict_500_candidates_p99";
    private const int Candidates = 500, DeltaShare = 10, FewestSamples = 20, WarmUp = 5;
    private const double NanosecondsAMillisecond = 1e6;

    private readonly float[] _scores = new float[Candidates];
    private readonly Random _random = new(4);

    public override IReadOnlyList<string> Names =>
    [
        Name + "_ms", Name + "_vs_p50",
        Name + "_while_applying_vs_idle", Name + "_while_applying_vs_busy", Name + "_while_applying_vs_other",
    ];

    public override void Run()
    {
        using var subject = new ReplicaSubject(Context.Settings.Rows, Context.Settings.Dimension, Context.Settings.Folder);
        subject.Commit();
        ModelReplica replica = subject.Open(RowFormat.Float16), other = subject.Open(RowFormat.Float16);
        Sample(subject, replica, FewestSamples);
        var (idle, busy, beside, applied) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Context.Settings.Rounds; round++)
        {
            var delta = Change(subject);
            Action[] sides =
            [
                () => idle.AddRange(Sample(subject, replica, FewestSamples)),
                () => busy.AddRange(SampleBesideBusy(subject, replica, FewestSamples)),
                () => beside.AddRange(SampleWhileApplying(subject, replica, other, delta)),
                () => applied.AddRange(SampleWhileApplying(subject, replica, replica, delta)),
            ];
            for (var i = 0; i < sides.Length; i++) sides[(round + i) % sides.Length]();
        }
        Print("", idle);
        Print(".beside_busy", busy);
        Print(".beside_other", beside);
        Print(".while_applying", applied);
        var p99 = Percentiles.P99(applied);
        Context.Report.Print(Name + "_vs_p50", Percentiles.P99(idle) / Interleaved.Median(idle));
        Context.Report.Print(Name + "_while_applying_vs_idle", p99 / Percentiles.P99(idle));
        Context.Report.Print(Name + "_while_applying_vs_busy", p99 / Percentiles.P99(busy));
        Context.Report.Print(Name + "_while_applying_vs_other", p99 / Percentiles.P99(beside));
        foreach (var opened in new[] { replica, other }) opened.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private void Print(string kind, List<double> samples)
    {
        Context.Report.Print($"{Name}_ms{kind}", Percentiles.P99(samples) / NanosecondsAMillisecond);
        Context.Report.Print($"{Name}_ms{kind}.median", Interleaved.Median(samples) / NanosecondsAMillisecond);
        Context.Report.Print($"{Name}_ms{kind}.samples", samples.Count);
    }

    private DeltaSnapshot Change(ReplicaSubject subject)
    {
        var delta = subject.Change(ReplicaChange.Of(
            Enumerable.Range(0, Context.Settings.Rows / DeltaShare).Select(_ => subject.RandomId(_random)),
            Context.Settings.Dimension, _random));
        // The garbage of making the change is no part of the measurement.
        GC.Collect();
        return delta;
    }

    // The first predictions load what making the change drove out of the caches: they are not measured either.
    private List<double> Sample(ReplicaSubject subject, ModelReplica replica, int count)
    {
        for (var i = 0; i < WarmUp; i++) Predict(subject, replica);
        return [.. Enumerable.Range(0, count).Select(_ => Predict(subject, replica))];
    }

    private List<double> SampleWhileApplying(ReplicaSubject subject, ModelReplica replica, ModelReplica target, DeltaSnapshot delta)
    {
        var samples = Sample(subject, replica, 0);
        var applying = Task.Run(() => target.ApplyAsync(delta));
        while (!applying.IsCompleted) samples.Add(Predict(subject, replica));
        applying.GetAwaiter().GetResult();
        return samples;
    }

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
