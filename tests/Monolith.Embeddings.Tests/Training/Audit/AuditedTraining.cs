using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Audit;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Audit;

/// <summary>The training of <see cref="CrashScenario"/>, in which rows expire and give way at a limit, with an audit.</summary>
internal sealed class AuditedTraining : IAsyncDisposable
{
    private readonly OnlineModel _model;

    /// <param name="store">Where it commits to.</param>
    /// <param name="steps">How many batches the stream has.</param>
    /// <param name="entries">How many removals are kept; null for no audit.</param>
    /// <param name="history">How many removals each table remembers.</param>
    /// <param name="configure">Changes the options.</param>
    public AuditedTraining(
        SnapshotStore store, long steps, int? entries, int history = 0, Action<OnlineTrainerOptions>? configure = null)
    {
        var schema = CrashScenario.CreateSchema();
        foreach (var table in schema.Tables) table.RemovalHistory = history;
        Tables = CrashScenario.CreateTables(schema);
        _model = CrashScenario.CreateModel(schema);
        var options = CrashScenario.CreateOptions();
        options.Synchronization.RemovalAudit = entries is { } most ? new() { MaxEntries = most } : null;
        configure?.Invoke(options);
        Trainer = new OnlineTrainer(Tables, _model, CrashScenario.CreateSource(schema, steps), store, options);
    }

    public EmbeddingTableSet Tables { get; }

    public OnlineTrainer Trainer { get; }

    /// <summary>Runs to a step and ends.</summary>
    public static async Task RunAsync(SnapshotStore store, long steps, int? entries)
    {
        await using var training = new AuditedTraining(store, steps, entries);
        await training.Trainer.RunAsync();
    }

    /// <summary>The audit of a store's newest commit, oldest first, segment by segment.</summary>
    public static async Task<List<List<AuditedRemoval>>> AuditOfAsync(SnapshotStore store)
    {
        var manifest = (await new SnapshotPublisher(store).ReadAsync(CancellationToken.None))!;
        var found = new List<List<AuditedRemoval>>();
        foreach (var segment in RemovalSegments.Of(manifest.SegmentsOf(manifest.Newest!)))
            found.Add(await RemovalSegments.ReadAsync(store, manifest.Chain, segment, CancellationToken.None));
        return found;
    }

    /// <summary>The same as lines, in an order of their own: that of one pass depends on where rows lie.</summary>
    public static async Task<string[]> LinesOfAsync(SnapshotStore store) =>
        [.. (await AuditOfAsync(store)).SelectMany(segment => segment).Select(Line).Order(StringComparer.Ordinal)];

    /// <summary>A removal without its number, and without the time of the clock, which no run has twice.</summary>
    public static string Line(AuditedRemoval removal) =>
        FormattableString.Invariant($"{removal.Table} {removal.Policy} {removal.Row.Id} {removal.Row.LastUpdate} ")
        + FormattableString.Invariant($"{removal.Row.EventTime} {removal.Row.Cause}");

    /// <summary>A removal without the time of the clock; null stays null.</summary>
    public static RowRemoval? Timeless(RowRemoval? removal) => removal is null ? null : removal with { ClockTime = default };

    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        Tables.Dispose();
        _model.Dispose();
    }
}
