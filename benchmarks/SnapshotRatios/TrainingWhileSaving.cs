using System.Diagnostics;
using Measuring;

namespace SnapshotRatios;

/// <summary>
/// Batches of updates while a full snapshot is written, beside batches with nothing else to do: at a million rows a second, and as fast as
/// they go. The median batch, by the clock; the writer has the other core. And the memory that the process takes more while it saves.
/// </summary>
internal sealed class TrainingWhileSaving(SnapshotContext context) : Measurement(context)
{
    private const string Slowdown = "train.slowdown_while_saving", Memory = "save.peak_extra_memory_mb";
    private const double RowsASecond = 1e6, MegabyteBytes = 1e6, NanosecondsAMillisecond = 1e6;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(2);

    public override IReadOnlyList<string> Names => [Slowdown, Memory];

    private int Rounds => Math.Max(1, Context.Settings.Rounds / 4);

    public override void Run()
    {
        using var subject = new SaveSubject(Context.Settings);
        subject.SaveAsync(full: true).GetAwaiter().GetResult();
        Compare(subject, Slowdown, RowsASecond, Memory);
        Compare(subject, $"{Slowdown}.unpaced", double.PositiveInfinity, $"{Memory}.unpaced");
    }

    private void Compare(SaveSubject subject, string name, double rowsASecond, string memoryName)
    {
        var period = SaveSubject.BatchIds / rowsASecond;
        var (idle, saving, longest, waited, extra) = (new List<double>(), new List<double>(), 0.0, new List<double>(), 0L);
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            idle.Add(Interleaved.Median(Batches(subject, period, () => Stopwatch.GetElapsedTime(start) < IdleTime)));
            var pending = subject.Chain.CutAsync(new Dictionary<string, ReadOnlyMemory<byte>>(), full: true)
                .AsTask().GetAwaiter().GetResult();
            using var peak = new PeakMemory();
            var writing = Task.Run(() => pending.WriteAsync());
            var during = Batches(subject, period, () => !writing.IsCompleted);
            var commit = writing.GetAwaiter().GetResult();
            extra = Math.Max(extra, peak.ExtraBytes);
            saving.Add(Interleaved.Median(during));
            longest = Math.Max(longest, during.Max());
            waited.Add(pending.Waited.TotalMilliseconds);
            pending.DisposeAsync().AsTask().GetAwaiter().GetResult();
            File.Delete(subject.PathOf(commit.Training.Name));
        }
        Context.Report.Print(name, Interleaved.Median([.. saving.Zip(idle, (with, without) => with / without)]));
        Context.Report.Print($"{name}.idle_ms", Interleaved.Median(idle) / NanosecondsAMillisecond);
        Context.Report.Print($"{name}.longest_ms", longest / NanosecondsAMillisecond);
        Context.Report.Print($"{name}.waited_ms", Interleaved.Median(waited));
        Context.Report.Print(memoryName, extra / MegabyteBytes);
    }

    private static List<double> Batches(SaveSubject subject, double period, Func<bool> goesOn)
    {
        var (times, next) = (new List<double>(), Stopwatch.GetTimestamp());
        do
        {
            while (Stopwatch.GetTimestamp() < next) Thread.SpinWait(20);
            next += (long)(period * Stopwatch.Frequency);
            times.Add(Interleaved.Time(subject.Train));
        }
        while (goesOn());
        return times;
    }
}
