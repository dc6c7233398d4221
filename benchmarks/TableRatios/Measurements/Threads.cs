using Measuring;
using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>
/// What a second thread gains: the time that the batches of both threads take one after the other, by the time that they take together.
/// Each thread has its own batches and output; the rows are shared.
/// </summary>
internal sealed class Threads(RatioContext context) : FillMeasurement(context)
{
    private const string Lookup = "lookup.threads2.vs_flat_threads2", Update = "update.threads2.vs_flat_threads2",
        Zipf = "update.zipf.threads2.speedup", Mixed = "mixed.threads2.speedup";

    // A round of two threads takes new batches four times: each thread alone, and both together.
    private const int BatchesARound = 2 * RatioContext.BatchesATurn;
    private const int UpdateEvery = 10;

    private readonly float[][] _outputs = [context.Output, new float[context.Output.Length]];

    public override IReadOnlyList<string> Names { get; } = [Lookup, Update, Zipf, Mixed];

    public override void Run(Subject subject, string suffix)
    {
        // Two threads are measured once: how full the index is changes nothing in how they meet.
        if (suffix.Length > 0) return;
        var uniform = Batches(seed => IdBatches.Uniform(subject.Rows, RatioContext.BatchSize, RatioContext.Batches, new Random(seed)));
        Work lookup = (thread, batch) => subject.Table.Lookup(uniform[thread].Ids(batch), _outputs[thread]);
        Work update = (thread, batch) =>
            subject.Table.ApplyGradients(uniform[thread].Ids(batch), Context.Gradients, [], RatioContext.EventTime);
        using var pair = new ThreadPair();
        Compare(Lookup, pair, lookup, (thread, batch) => subject.Flat.Gather(uniform[thread].Numbers(batch), _outputs[thread]));
        Compare(Update, pair, update, (thread, batch) => subject.Flat.Adagrad(uniform[thread].Numbers(batch), Context.Gradients));
        Measure(Mixed, pair, (thread, batch) => (batch % UpdateEvery == 0 ? update : lookup)(thread, batch));
        if (!Context.IsWanted(Zipf)) return;
        var zipf = Batches(seed => IdBatches.Zipf(subject.Rows, RatioContext.BatchSize, RatioContext.Batches, new Random(seed)));
        Measure(Zipf, pair, (thread, batch) =>
            subject.Table.ApplyGradients(zipf[thread].Ids(batch), Context.Gradients, [], RatioContext.EventTime));
    }

    private static IdBatches[] Batches(Func<int, IdBatches> draw) => [draw(5), draw(6)];

    private void Compare(string name, ThreadPair pair, Work ours, Work flat)
    {
        if (!Context.IsWanted(name)) return;
        var (ratios, speedUps, flatSpeedUps) = (new List<double>(), new List<double>(), new List<double>());
        SpeedUp(pair, ours, 0);
        SpeedUp(pair, flat, 0);
        for (var round = 1; round <= Context.Settings.Rounds; round++)
        {
            speedUps.Add(SpeedUp(pair, ours, round));
            flatSpeedUps.Add(SpeedUp(pair, flat, round));
            ratios.Add(speedUps[^1] / flatSpeedUps[^1]);
        }
        Context.Report.Print(name, Interleaved.Median(ratios));
        Context.Report.Print(name + ".speedup", Interleaved.Median(speedUps));
        Context.Report.Print(name + ".flat_speedup", Interleaved.Median(flatSpeedUps));
    }

    private void Measure(string name, ThreadPair pair, Work ours)
    {
        if (!Context.IsWanted(name)) return;
        SpeedUp(pair, ours, 0);
        Context.Report.Print(
            name, Interleaved.Median([.. Enumerable.Range(1, Context.Settings.Rounds).Select(round => SpeedUp(pair, ours, round))]));
    }

    private static double SpeedUp(ThreadPair pair, Work work, int round)
    {
        var alone = pair.Time(() => Each(0, 2 * round), () => { }) + pair.Time(() => { }, () => Each(1, 2 * round));
        return alone / pair.Time(() => Each(0, 2 * round + 1), () => Each(1, 2 * round + 1));

        void Each(int thread, int part) => RatioContext.Each(part, BatchesARound, batch => work(thread, batch));
    }

    private delegate void Work(int thread, int batch);
}
