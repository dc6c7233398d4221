using Measuring;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;

namespace SnapshotRatios;

/// <summary>
/// Applying deltas of 1 % of the rows: its time beside that of assigning the same rows to the trained table, file reading and checking
/// included; and lookups of 256 ids meanwhile, beside as many with nothing to apply. By the clock: both sides take turns, and the medians
/// of the rounds count.
/// </summary>
internal sealed class ReplicaApplying(SnapshotContext context) : Measurement(context)
{
    private const string Apply = "replica.apply.vs_assign", Latency = "replica.lookup_p99_while_applying_vs_idle";
    private const int DeltaShare = 100, Batch = 256, FewestSamples = 500;
    private const double NanosecondsAMillisecond = 1e6;

    public override IReadOnlyList<string> Names => [Apply, Latency];

    public override void Run()
    {
        using var subject = new ReplicaSubject(Context.Settings.Rows, Context.Settings.Dimension, Context.Settings.Folder);
        foreach (var (suffix, precision) in new[] { ("", RowFormat.Float16), (".fp32", RowFormat.Float32), (".int8", RowFormat.Int8) })
        {
            subject.Commit(full: true);
            var replica = subject.Open(precision);
            if (Context.IsWanted(Apply)) CompareWithAssign(subject, replica, suffix);
            if (Context.IsWanted(Latency)) CompareLatency(subject, replica, suffix);
            replica.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private void CompareWithAssign(ReplicaSubject subject, ModelReplica replica, string suffix)
    {
        var changes = Changes(subject);
        DeltaSnapshot[] deltas = [.. changes.Select(subject.Change)];
        var (ratios, ours, theirs) = (new List<double>(), new List<double>(), new List<double>());
        var table = subject.Tables[ReplicaSubject.Table];
        for (var round = 0; round < deltas.Length; round++)
        {
            ours.Add(Interleaved.Time(() => replica.ApplyAsync(deltas[round]).GetAwaiter().GetResult()) / changes[round].Ids.Length);
            theirs.Add(Interleaved.Time(() => changes[round].AssignTo(table)) / changes[round].Ids.Length);
            ratios.Add(ours[^1] / theirs[^1]);
        }
        Context.Report.Print(Apply + suffix, Interleaved.Median(ratios));
        Context.Report.Print($"{Apply}{suffix}.ns", Interleaved.Median(ours));
        Context.Report.Print($"{Apply}{suffix}.assign_ns", Interleaved.Median(theirs));
    }

    private void CompareLatency(ReplicaSubject subject, ModelReplica replica, string suffix)
    {
        DeltaSnapshot[] deltas = [.. Changes(subject).Select(subject.Change)];
        var (random, output) = (new Random(3), new float[Batch * Context.Settings.Dimension]);
        long[][] batches =
            [.. Enumerable.Range(0, 4096).Select(_ => Enumerable.Range(0, Batch).Select(_ => subject.RandomId(random)).ToArray())];
        var (next, idle, busy) = (0, new List<double>(), new List<double>());
        // The garbage of making the changes is no part of the measurement.
        GC.Collect();
        foreach (var delta in deltas)
        {
            var applying = Task.Run(() => replica.ApplyAsync(delta));
            var samples = Sample(() => !applying.IsCompleted);
            applying.GetAwaiter().GetResult();
            busy.Add(Percentiles.P99(samples));
            var left = Math.Max(samples.Count, FewestSamples);
            idle.Add(Percentiles.P99(Sample(() => left-- > 0)));
        }
        var (busyMedian, idleMedian) = (Interleaved.Median(busy), Interleaved.Median(idle));
        Context.Report.Print(Latency + suffix, busyMedian / idleMedian);
        Context.Report.Print($"{Latency}{suffix}.ms", busyMedian / NanosecondsAMillisecond);
        Context.Report.Print($"{Latency}{suffix}.idle_ms", idleMedian / NanosecondsAMillisecond);

        List<double> Sample(Func<bool> goesOn)
        {
            var samples = new List<double>();
            do samples.Add(Interleaved.Time(() => replica.Lookup(ReplicaSubject.Table, batches[next++ % batches.Length], output)));
            while (goesOn());
            return samples;
        }
    }

    private ReplicaChange[] Changes(ReplicaSubject subject)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, Context.Settings.Rounds).Select(_ => ReplicaChange.Of(
            Enumerable.Range(0, Context.Settings.Rows / DeltaShare).Select(_ => subject.RandomId(random)),
            Context.Settings.Dimension, random))];
    }
}
