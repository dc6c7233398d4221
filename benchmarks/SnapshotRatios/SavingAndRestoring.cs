using Measuring;

namespace SnapshotRatios;

/// <summary>
/// A full snapshot beside a raw write and flush of as many bytes, and its restore beside a raw read of them from the page cache into fresh
/// memory. By the clock; both sides take turns, and the first round is dropped.
/// </summary>
internal sealed class SavingAndRestoring(SnapshotContext context) : Measurement(context)
{
    private const string Save = "save.vs_raw_write", Restore = "restore.vs_raw_read", Delta = "delta.vs_full_time";
    private const double NanosecondsASecond = 1e9, MegabyteBytes = 1e6, NanosecondsAMillisecond = 1e6;
    private const int DeltaShare = 100;

    public override IReadOnlyList<string> Names => [Save, Restore, Delta];

    private int Rounds => Math.Max(1, Context.Settings.Rounds / 3);

    public override void Run()
    {
        using var subject = new SaveSubject(Context.Settings);
        var name = subject.SaveAsync(full: true).GetAwaiter().GetResult().Training.Name;
        if (Context.IsWanted(Save) || Context.IsWanted(Delta)) CompareSaves(subject, ref name);
        if (Context.IsWanted(Restore)) CompareRestores(subject, subject.PathOf(name));
    }

    private void CompareSaves(SaveSubject subject, ref string name)
    {
        var (saves, raw, deltas, bytes) = (new List<double>(), new List<double>(), new List<double>(), 0L);
        for (var round = 0; round <= Rounds; round++)
        {
            Forget(subject, name);
            var saved = "";
            var save = Interleaved.Time(() => (saved, bytes) = Length(subject.SaveAsync(full: true).GetAwaiter().GetResult()));
            name = saved;
            var write = Interleaved.Time(() => RawFile.Write(subject.PathOf("raw"), bytes));
            Forget(subject, "raw");
            for (var i = 0; i < Context.Settings.Rows / DeltaShare; i += SaveSubject.BatchIds) subject.Train();
            var delta = Interleaved.Time(() => subject.SaveAsync(full: false).GetAwaiter().GetResult());
            if (round == 0) continue;
            saves.Add(save);
            raw.Add(write);
            deltas.Add(delta);
        }
        Context.Report.Print(Save, Interleaved.Median([.. raw.Zip(saves, (theirs, ours) => theirs / ours)]));
        Context.Report.Print($"{Save}.disk_mb_per_second", bytes / MegabyteBytes / (Interleaved.Median(raw) / NanosecondsASecond));
        Context.Report.Print($"{Save}.seconds", Interleaved.Median(saves) / NanosecondsASecond);
        Context.Report.Print(Delta, Interleaved.Median([.. deltas.Zip(saves, (delta, full) => delta / full)]));
        Context.Report.Print($"{Delta}.ms", Interleaved.Median(deltas) / NanosecondsAMillisecond);
        // Restores are of the last full alone.
        Forget(subject, name);
        name = subject.SaveAsync(full: true).GetAwaiter().GetResult().Training.Name;
    }

    private void CompareRestores(SaveSubject subject, string path)
    {
        subject.Chain.Dispose();
        var threads = Environment.ProcessorCount;
        var (ours, raw, rawAlone) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            using var tables = subject.CreateTables();
            var restore = Interleaved.Time(() => subject.OpenAsync(tables).GetAwaiter().GetResult().Dispose());
            var read = Interleaved.Time(() => RawFile.Read(path, threads));
            var readAlone = Interleaved.Time(() => RawFile.Read(path, 1));
            if (round == 0) continue;
            ours.Add(restore);
            raw.Add(read);
            rawAlone.Add(readAlone);
        }
        Context.Report.Print(Restore, Interleaved.Median([.. raw.Zip(ours, (theirs, mine) => theirs / mine)]));
        Context.Report.Print($"{Restore}.one_thread", Interleaved.Median([.. rawAlone.Zip(ours, (theirs, mine) => theirs / mine)]));
        Context.Report.Print($"{Restore}.seconds", Interleaved.Median(ours) / NanosecondsASecond);
    }

    private static (string Name, long Bytes) Length(Monolith.Embeddings.Snapshots.SnapshotCommit commit) =>
        (commit.Training.Name, commit.Training.Length);

    private static void Forget(SaveSubject subject, string name) => File.Delete(subject.PathOf(name));
}
