using Monolith.Embeddings.Features;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving.Requests;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables.Serving;

namespace Monolith.Embeddings.Serving.Loading;

/// <summary>Makes the state of a replica from a full and the deltas after it, not visible to any reader before it is whole.</summary>
/// <param name="store">Holds the files.</param>
/// <param name="account">Pays for the tables.</param>
/// <param name="precision">How weights are held.</param>
/// <param name="createModel">Makes a model for the schema of a fingerprint; null where one model is used always.</param>
internal sealed class ReplicaLoader(SnapshotStore store, MemoryAccount account, RowFormat precision, Func<ulong, OnlineModel?>? createModel)
{
    /// <summary>Loads a chain.</summary>
    /// <param name="manifest">Names the files; its newest chain that replicas get is loaded.</param>
    /// <param name="current">The model that serves, used on where it fits; null where none does.</param>
    /// <param name="batch">The caller's buffers.</param>
    /// <param name="threads">How many threads load.</param>
    /// <param name="cancellationToken">Cancels; nothing is left.</param>
    /// <returns>
    /// The state, whose model has loaded its dense weights, but not published them if it is <paramref name="current"/>; and how many rows
    /// the precision could not hold.
    /// </returns>
    /// <exception cref="SnapshotException">A file cannot be used; nothing is left.</exception>
    public async Task<LoadedChain> LoadAsync(
        SnapshotManifest manifest, ServingModel? current, RowBatch batch, int threads, CancellationToken cancellationToken)
    {
        ServingModel? model = null;
        WeightTable[] tables = [];
        try
        {
            var (refused, eventTime, timeOf) = (0L, 0u, 0UL);
            (DenseWeights? dense, ulong? denseNumber) = (null, null);
            foreach (var (commit, which) in manifest.ServedChain.SelectMany(commit => FilesOf(commit).Select(which => (commit, which))))
            {
                using var file = await OpenAsync(manifest.Chain, commit, which, threads, cancellationToken).ConfigureAwait(false);
                if (model is null)
                {
                    model = ModelFor(file, current);
                    file.RequireSchema(model.Schema);
                    tables = CreateTables(model.Schema, file.Rows);
                }
                else file.RequireSchema(model.Schema);
                // Of the newest commit that was published: a time that was set back is one that was wrong.
                if (!commit.IsHeld)
                {
                    eventTime = commit.Number == timeOf ? Math.Max(eventTime, file.NewestEventTime) : file.NewestEventTime;
                    timeOf = commit.Number;
                }
                refused += file.Apply(tables, batch, threads, cancellationToken);
                if (file.Dense is not null) (dense, denseNumber) = (file.Dense, commit.Number);
            }
            // Only the newest: a model that serves meanwhile must not go back.
            if (dense is not null) model = LoadDense(model!, dense);
            return new LoadedChain(new ReplicaState(model!, tables), denseNumber, refused, eventTime);
        }
        catch
        {
            foreach (var table in tables) table?.Dispose();
            model?.Release();
            throw;
        }
    }

    /// <summary>The state of a replica that holds no commit: tables without rows.</summary>
    /// <param name="model">The model, leased for the state.</param>
    public ReplicaState CreateEmpty(ServingModel model)
    {
        try
        {
            return new ReplicaState(model, CreateTables(model.Schema, new long[model.Schema.Tables.Count]));
        }
        catch
        {
            model.Release();
            throw;
        }
    }

    /// <summary>
    /// The files of a commit that replicas read: those of its parts, and last the trainer's own, which has the dense weights.
    /// </summary>
    public static IEnumerable<CommitFile> FilesOf(SnapshotCommit commit) => commit.FilesForReplicas;

    /// <summary>Opens a file of a commit, and checks it whole.</summary>
    public async Task<ReplicaFile> OpenAsync(
        Guid chain, SnapshotCommit commit, CommitFile which, int threads, CancellationToken cancellationToken)
    {
        var file = await store.OpenAsync(which.Entry.Name, cancellationToken).ConfigureAwait(false);
        return ReplicaFile.Open(file, chain, commit, which, threads, cancellationToken);
    }

    private ServingModel ModelFor(ReplicaFile file, ServingModel? current)
    {
        if (current is not null && (createModel is null || current.Schema.Fingerprint == file.Fingerprint))
        {
            // Held by the replica, so that it cannot be freed meanwhile.
            current.TryAcquire();
            return current;
        }
        return Create(file.Fingerprint, file.Name);
    }

    private ServingModel Create(ulong fingerprint, string file)
    {
        var model = createModel!(fingerprint);
        if (model is not null && model.Schema.Fingerprint == fingerprint) return ServingModel.Own(model, () => createModel(fingerprint));
        model?.Dispose();
        throw new SnapshotException(
            SnapshotFault.Mismatch, file, "a schema that the factory has a model for", $"schema {fingerprint:x16}.");
    }

    // The shape of the dense part is not in the fingerprint: where the weights do not fit, the factory may know a model that they do fit.
    private ServingModel LoadDense(ServingModel model, DenseWeights dense)
    {
        try
        {
            model.Load(dense);
            return model;
        }
        catch (SnapshotException) when (createModel is not null)
        {
            var fresh = Create(model.Schema.Fingerprint, dense.File);
            try
            {
                fresh.Load(dense);
            }
            catch
            {
                fresh.Release();
                throw;
            }
            model.Release();
            return fresh;
        }
    }

    private WeightTable[] CreateTables(FeatureSchema schema, IReadOnlyList<long> rows)
    {
        var tables = new WeightTable[schema.Tables.Count];
        try
        {
            for (var i = 0; i < tables.Length; i++)
            {
                var options = schema.Tables[i];
                tables[i] = new WeightTable(
                    options.Name, new WeightEncoding([.. options.Segments.Select(s => s.Dimension)], precision), rows[i], account);
            }
            return tables;
        }
        catch
        {
            foreach (var table in tables) table?.Dispose();
            throw;
        }
    }
}
