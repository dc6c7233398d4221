namespace Monolith.Embeddings.Snapshots.Progress;

/// <summary>Tells of the progress on one file. Thread-safe where the receiver is.</summary>
/// <param name="progress">Is told; null for none.</param>
/// <param name="phase">What is being done.</param>
/// <param name="file">To which file.</param>
internal sealed class SnapshotProgressReporter(IProgress<SnapshotProgress>? progress, SnapshotPhase phase, string file)
{
    public void Report(long rows, long totalRows) => progress?.Report(new SnapshotProgress
    {
        Phase = phase,
        File = file,
        Rows = rows,
        TotalRows = totalRows
    });
}
