using System.Globalization;
using Monolith.Embeddings.CrashingTrainer.Pipeline;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.CrashingTrainer;

/// <summary>
/// A program that trains behind a gate, learns from a bad stream while the gate is held by hand, goes back to what was published before,
/// and trains on, from wherever it was when it was killed.
/// </summary>
public static class RollbackScenario
{
    /// <summary>The argument that asks for it.</summary>
    public const string Verb = "go-back";

    /// <summary>The folders of the store, and of what is set aside.</summary>
    public const string Store = "store", Aside = "aside";

    /// <summary>What the program says before it goes back, and before it trains on.</summary>
    public const string GoesBack = "goes back", GoesOn = "goes on";

    /// <summary>How many batches there are until the stream is bad, until the going back, and in all.</summary>
    public const long GoodSteps = 60, BadSteps = 78, AllSteps = 240;

    /// <summary>Lives until all is trained, or it is killed.</summary>
    /// <param name="folder">Holds both stores, and marks of what was done.</param>
    /// <param name="killer">Kills at an operation of a store while it goes back.</param>
    /// <param name="say">Told what comes.</param>
    public static async Task RunAsync(string folder, PipelineKiller killer, Action<string> say)
    {
        string Mark(string name) => Path.Combine(folder, name);
        var store = new FileSnapshotStore(Path.Combine(folder, Store));
        if (!File.Exists(Mark("target")))
        {
            await TrainAsync(store, GoodSteps).ConfigureAwait(false);
            var published = (await CommitsAsync(store).ConfigureAwait(false)).Last(commit => !commit.IsHeld);
            Write(Mark("target"), string.Create(CultureInfo.InvariantCulture, $"{published.Number} {published.Created.UtcTicks}"));
        }
        if (!File.Exists(Mark("bad")))
        {
            await TrainAsync(store, BadSteps, isBad: true).ConfigureAwait(false);
            Write(Mark("bad"), "");
        }
        if (!File.Exists(Mark("back")))
        {
            await GoBackAsync(folder, store, File.ReadAllText(Mark("target")).Split(' '), killer, say).ConfigureAwait(false);
            Write(Mark("back"), "");
        }
        say(GoesOn);
        await TrainAsync(store, AllSteps).ConfigureAwait(false);
    }

    /// <summary>The same without the bad stream.</summary>
    public static Task TrainAsync(SnapshotStore store) => TrainAsync(store, AllSteps);

    private static async Task GoBackAsync(
        string folder, SnapshotStore store, string[] target, PipelineKiller killer, Action<string> say)
    {
        var (number, created) = (ulong.Parse(target[0], CultureInfo.InvariantCulture), long.Parse(target[1], CultureInfo.InvariantCulture));
        // An earlier process may have done it, and have been killed before it could say so.
        if ((await CommitsAsync(store).ConfigureAwait(false))[^1].Created.UtcTicks == created) return;
        say(GoesBack);
        await SnapshotRollback.GoBackAsync(Killing(Store), number, Killing(Aside)).ConfigureAwait(false);

        KillingStore Killing(string name) => new(Path.Combine(folder, name), killer, _ => PipelineKill.Commit);
    }

    private static async Task TrainAsync(SnapshotStore store, long steps, bool isBad = false)
    {
        var schema = CrashScenario.CreateSchema();
        using var tables = CrashScenario.CreateTables(schema);
        using var model = CrashScenario.CreateModel(schema);
        var options = CrashScenario.CreateOptions();
        options.Synchronization.Retention = new() { Commits = 1000, Age = TimeSpan.Zero, MaxFulls = null };
        options.Synchronization.Gate = new() { MinExamples = 50, Bounds = [new() { MaxLogLossRise = 0.01 }] };
        var source = CrashScenario.CreateSource(schema, steps, isBad ? 10u : 9u);
        var trainer = new OnlineTrainer(tables, model, source, store, options);
        await using var disposing = trainer.ConfigureAwait(false);
        if (isBad) trainer.Gate!.Hold("labels are wrong");
        await trainer.RunAsync().ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<SnapshotCommit>> CommitsAsync(SnapshotStore store) =>
        SnapshotManifest.Parse((await store.ReadManifestAsync().ConfigureAwait(false))!.Bytes.Span).Commits;

    // Whole, or not at all.
    private static void Write(string file, string text)
    {
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }
}
