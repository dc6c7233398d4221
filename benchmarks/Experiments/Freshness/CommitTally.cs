using Monolith.Embeddings.Snapshots;

namespace Experiments.Freshness;

/// <summary>Sums up the deltas that a trainer publishes. Asked often enough, it misses none.</summary>
internal sealed class CommitTally
{
    private ulong _seen;

    /// <summary>How many deltas there were.</summary>
    public int Deltas { get; private set; }

    /// <summary>Bytes of all deltas, as replicas load them.</summary>
    public long Bytes { get; private set; }

    /// <summary>Changed rows in all deltas.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes of the newest full snapshot, as replicas load it.</summary>
    public long FullBytes { get; private set; }

    /// <summary>Takes note of the newest commit, where it is another than the last time.</summary>
    public void See(SnapshotCommit? commit)
    {
        if (commit?.Serving is not { } file || commit.Number == _seen) return;
        _seen = commit.Number;
        if (commit.Kind == SnapshotKind.Full)
        {
            FullBytes = file.Length;
            return;
        }
        Deltas++;
        Bytes += file.Length;
        Rows += commit.Rows + commit.Tombstones;
    }
}
