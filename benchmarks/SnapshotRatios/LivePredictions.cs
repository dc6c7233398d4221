using Measuring;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Training;

namespace SnapshotRatios;

/// <summary>
/// Predicting 500 candidates beside a trainer in the same process: by a replica of 32 bits and by a live predictor while training stands
/// still, in turns, and by the live predictor while a trainer learns on another thread and the dense weights are copied four times a
/// second. And how many batches that trainer learns meanwhile, by how many it learns alone.
/// </summary>
internal sealed class LivePredictions(SnapshotContext context) : Measurement(context)
{
    private const string Name = "live.predict_500_candidates";
    private const int Samples = 100;
    private const double NanosecondsAMillisecond = 1e6;

    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

    public override IReadOnlyList<string> Names =>
        [Name + "_ms", Name + "_vs_replica", Name + "_while_training_vs_idle", "live.training_beside_copies_vs_alone"];

    public override void Run()
    {
        using var subject = new ReplicaSubject(Context.Settings.Rows, Context.Settings.Dimension, Context.Settings.Folder);
        subject.Commit();
        var (replica, trainer) = (subject.Open(RowFormat.Float32), subject.CreateTrainer());
        var live = subject.OpenLive(trainer, Timeout.InfiniteTimeSpan);
        var request = new CandidateRequest(subject, seed: 4);
        var (replicated, idle) = (new List<double>(), new List<double>());
        for (var i = 0; i < Context.Settings.Rounds * Samples; i++)
        {
            replicated.Add(request.Time(replica));
            idle.Add(request.Time(live));
        }
        live.DisposeAsync().AsTask().GetAwaiter().GetResult();
        replica.DisposeAsync().AsTask().GetAwaiter().GetResult();
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => trainer.RunAsync(cancellationToken: stop.Token));
        var (training, shares) = BesideTraining(subject, trainer, request);
        stop.Cancel();
        running.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        trainer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Print(replicated, idle, training, shares);
    }

    // Slices without a predictor, with one that copies alone, and with one that is asked too.
    private (List<double> Predictions, List<double> Shares) BesideTraining(
        ReplicaSubject subject, OnlineTrainer trainer, CandidateRequest request)
    {
        var (predictions, shares) = (new List<double>(), new List<double>());
        Steps(trainer);
        for (var round = 0; round < Context.Settings.Rounds; round++)
        {
            var alone = Steps(trainer);
            var live = subject.OpenLive(trainer, Slice / 4);
            shares.Add((double)Steps(trainer) / alone);
            for (var i = 0; i < Samples; i++) predictions.Add(request.Time(live));
            live.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        return (predictions, shares);
    }

    private static long Steps(OnlineTrainer trainer)
    {
        var before = trainer.Steps;
        Thread.Sleep(Slice);
        return trainer.Steps - before;
    }

    private void Print(List<double> replicated, List<double> idle, List<double> training, List<double> shares)
    {
        Context.Report.Print(Name + "_ms", Interleaved.Median(idle) / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_ms.p99", Percentiles.P99(idle) / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_ms.while_training", Interleaved.Median(training) / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_ms.while_training.p99", Percentiles.P99(training) / NanosecondsAMillisecond);
        Context.Report.Print(Name + "_vs_replica", Interleaved.Median(idle) / Interleaved.Median(replicated));
        Context.Report.Print(Name + "_while_training_vs_idle", Interleaved.Median(training) / Interleaved.Median(idle));
        Context.Report.Print("live.training_beside_copies_vs_alone", Interleaved.Median(shares));
    }
}
