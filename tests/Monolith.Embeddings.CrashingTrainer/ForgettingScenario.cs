using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.CrashingTrainer;

/// <summary>
/// The training of <see cref="CrashScenario"/> in which ids are forgotten behind a certain batch. Run once, or killed and started again any
/// number of times, it ends with the same bits.
/// </summary>
public static class ForgettingScenario
{
    /// <summary>The verb: a store's folder, a folder for marks, and the number of batches follow.</summary>
    public const string Forget = "forget";

    /// <summary>Behind which batch a process forgets ids.</summary>
    public const long At = 200;

    /// <summary>The users that are forgotten: some that are seen often, some that are rare, one that never comes.</summary>
    public static readonly long[] Users = [0, 1, 2, 17, 400, 1999, long.MinValue];

    /// <summary>The items that are forgotten.</summary>
    public static readonly long[] Items = [3, 90];

    /// <summary>How many removals are kept beside the commits.</summary>
    public const int AuditedRemovals = 100_000;

    /// <summary>What is forgotten.</summary>
    public static ForgetRequest Request() =>
        new ForgetRequest { MaxSearchedFileBytes = 0 }.Add("users", Users).Add("items", Items);

    /// <summary>Trains, from wherever the store's newest commit is; forgets, unless a mark says that this was done.</summary>
    /// <param name="store">Where it commits to.</param>
    /// <param name="marks">A folder for the mark.</param>
    /// <param name="steps">How many batches the whole training has.</param>
    public static async Task RunAsync(SnapshotStore store, string marks, long steps)
    {
        var mark = Path.Combine(marks, "forgotten");
        await RunAsync(store, At, steps, () => File.Exists(mark), () => File.WriteAllText(mark, "")).ConfigureAwait(false);
    }

    /// <summary>Trains, from wherever the store's newest commit is; forgets, unless that was done.</summary>
    /// <param name="store">Where it commits to.</param>
    /// <param name="at">Behind which batch ids are forgotten.</param>
    /// <param name="steps">How many batches the whole training has.</param>
    /// <param name="isForgotten">Whether it was done.</param>
    /// <param name="forgotten">Called when it was done.</param>
    public static async Task RunAsync(SnapshotStore store, long at, long steps, Func<bool> isForgotten, Action forgotten)
    {
        if (!isForgotten())
        {
            await RunAsync(store, at, static async trainer => await trainer.ForgetAsync(Request()).ConfigureAwait(false))
                .ConfigureAwait(false);
            forgotten();
        }
        await RunAsync(store, steps, static _ => Task.CompletedTask).ConfigureAwait(false);
    }

    private static async Task RunAsync(SnapshotStore store, long steps, Func<OnlineTrainer, Task> afterwards)
    {
        var schema = CrashScenario.CreateSchema();
        using var tables = CrashScenario.CreateTables(schema);
        using var model = CrashScenario.CreateModel(schema);
        var options = CrashScenario.CreateOptions();
        options.Synchronization.RemovalAudit = new() { MaxEntries = AuditedRemovals };
        var trainer = new OnlineTrainer(tables, model, CrashScenario.CreateSource(schema, steps), store, options);
        await using var disposing = trainer.ConfigureAwait(false);
        await trainer.RunAsync().ConfigureAwait(false);
        await afterwards(trainer).ConfigureAwait(false);
    }
}
