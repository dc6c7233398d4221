using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;

namespace SnapshotsSample.Commands;

/// <summary>Goes on with vectors of another dimension: takes what a store has learned over into a new one.</summary>
public sealed class Migrate(TextWriter output)
{
    /// <summary>The dimension of the vectors in the old store.</summary>
    public required int Dimension { get; init; }

    /// <summary>The dimension in the new one.</summary>
    public required int NewDimension { get; init; }

    /// <summary>How many events of the stream are predicted before and after: the last 10,000 of these.</summary>
    public long Events { get; init; } = 20_000;

    /// <summary>The seed of first values and of the stream.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Migrates, or says what would be kept.</summary>
    /// <param name="old">The old store.</param>
    /// <param name="next">The new store; null for a dry run.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(FileSnapshotStore old, FileSnapshotStore? next, CancellationToken cancellationToken)
    {
        var (was, becomes) = (new ClickModel(Dimension), new ClickModel(NewDimension));
        using var tables = becomes.CreateTables(Seed);
        using var before = was.CreateModel();
        using var after = becomes.CreateModel();
        var migration = new SchemaMigration(old, before, tables, after);
        var examples = was.OpenSource(Events, Seed);
        var report = next is null
            ? await migration.PlanAsync(examples, cancellationToken: cancellationToken)
            : await migration.RunAsync(next, examples, cancellationToken: cancellationToken);
        output.Write(report.ToText());
        if (next is not null) output.WriteLine($"The command train goes on in {next.Folder} with --dimension {NewDimension}.");
        return 0;
    }
}
