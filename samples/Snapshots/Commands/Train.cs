using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;
using Samples.Common;
using SnapshotsSample.Reporting;

namespace SnapshotsSample.Commands;

/// <summary>Learns from the click stream, and commits to a store.</summary>
public sealed class Train(TextWriter output)
{
    /// <summary>The store's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>How many events to learn from, in all runs together.</summary>
    public required long Events { get; init; }

    /// <summary>After how many batches to commit.</summary>
    public required long CommitEvery { get; init; }

    /// <summary>The dimension of the vectors.</summary>
    public int Dimension { get; init; } = 8;

    /// <summary>The seed of first values and of the stream.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The store to begin with the weights of; null to begin with none.</summary>
    public string? WarmStart { get; init; }

    /// <summary>Goes on from the newest commit.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var (clicks, store) = (new ClickModel(Dimension), new FileSnapshotStore(Folder));
        using var tables = clicks.CreateTables(Seed);
        using var model = clicks.CreateModel();
        if (WarmStart is not null) await WarmStartAsync(store, tables, cancellationToken);
        var options = new OnlineTrainerOptions
        {
            Synchronization = new SynchronizationOptions { SparseEvery = Schedule.ByBatches(CommitEvery) },
        };
        await using var trainer = new OnlineTrainer(tables, model, clicks.OpenSource(Events, Seed), store, options);
        try
        {
            var last = await trainer.RunAsync(new CommitProgress(trainer, output), cancellationToken);
            output.WriteLine($"Learned from {last.Examples:N0} events; {last.Rows:N0} rows.");
        }
        finally
        {
            if (trainer.NewestCommit is { } commit) output.WriteLine($"Commit {commit.Number} is safe in {Folder}.");
        }
        return 0;
    }

    // What the two have in common: tables, the bias, and vectors of one dimension.
    private async Task WarmStartAsync(FileSnapshotStore store, EmbeddingTableSet tables, CancellationToken cancellationToken)
    {
        if (await store.ReadManifestAsync(cancellationToken) is { } stored
            && SnapshotManifest.Parse(stored.Bytes.Span).Newest is { } newest)
        {
            throw new UsageException($"{Folder} has commit {newest.Number} already; --warm-start is for a new store.");
        }
        var source = CommandLine.Shared.Existing(WarmStart!);
        var commit = await StartAsync(source, tables, cancellationToken);
        output.WriteLine($"Began with the weights of commit {commit.Number} of {WarmStart}: {tables.Count:N0} rows.");
    }

    private static async Task<SnapshotCommit> StartAsync(
        FileSnapshotStore source, EmbeddingTableSet tables, CancellationToken cancellationToken)
    {
        try
        {
            return await Monolith.Embeddings.Snapshots.WarmStart.LoadAsync(source, tables, null, null, cancellationToken);
        }
        catch (SnapshotException exception) when (exception.Fault == SnapshotFault.Mismatch)
        {
            // The first try named what differs; this one says that vectors may, and nothing else.
            var options = new WarmStartOptions { Drop = { "users/vector", "items/vector" } };
            return await Monolith.Embeddings.Snapshots.WarmStart.LoadAsync(source, tables, options, null, cancellationToken);
        }
    }
}
