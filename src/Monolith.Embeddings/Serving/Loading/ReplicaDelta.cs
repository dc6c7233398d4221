using Monolith.Embeddings.Features;
using Monolith.Embeddings.Serving.Requests;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables.Serving;

namespace Monolith.Embeddings.Serving.Loading;

/// <summary>The files of a delta as a replica applies them, all of them checked before anything of one is used. Owns the files.</summary>
/// <param name="files">Those of the parts, and last the trainer's own; none of a full that is held.</param>
internal sealed class ReplicaDelta(IReadOnlyList<ReplicaFile> files) : IDisposable
{
    /// <summary>The dense weights; null where the commit has none.</summary>
    public DenseWeights? Dense => files.Count > 0 ? files[^1].Dense : null;

    /// <summary>The newest event time that its tables know, in seconds since the Unix epoch; 0 where none is known.</summary>
    public uint NewestEventTime => files.Select(file => file.NewestEventTime).DefaultIfEmpty(0u).Max();

    /// <summary>Opens the files of a delta and checks every byte of them.</summary>
    /// <exception cref="SnapshotException">One is missing, not whole, or not of this commit.</exception>
    public static async Task<ReplicaDelta> OpenAsync(
        ReplicaLoader loader, Guid chain, SnapshotCommit delta, CancellationToken cancellationToken)
    {
        var files = new List<ReplicaFile>();
        try
        {
            foreach (var which in ReplicaLoader.FilesOf(delta))
                files.Add(await loader.OpenAsync(chain, delta, which, threads: 1, cancellationToken).ConfigureAwait(false));
            return new ReplicaDelta(files);
        }
        catch
        {
            foreach (var file in files) file.Dispose();
            throw;
        }
    }

    /// <summary>Requires that the files are of a schema.</summary>
    /// <exception cref="SnapshotException">They are of another one.</exception>
    public void RequireSchema(FeatureSchema schema)
    {
        foreach (var file in files) file.RequireSchema(schema);
    }

    /// <summary>Moves what the files hold into tables; repeating it changes nothing more.</summary>
    /// <returns>How many rows were not set, because the replica's precision cannot hold them.</returns>
    public long Apply(WeightTable[] tables, RowBatch batch, CancellationToken cancellationToken) =>
        files.Sum(file => file.Apply(tables, batch, threads: 1, cancellationToken));

    public void Dispose()
    {
        foreach (var file in files) file.Dispose();
    }
}
