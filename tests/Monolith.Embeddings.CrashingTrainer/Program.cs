using System.Globalization;
using System.Runtime.InteropServices;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.CrashingTrainer.Pipeline;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;

// Trains until a step, from wherever the store's newest commit is, and commits all the time. Made to be killed. With more arguments: see
// MigrationScenario, LogScenario, ClockedLogScenario, ForgettingScenario, RollbackScenario, PipelineScenario, QuietProcess, StoreWriter and
// PartProcess.
// What the library asks of the system goes by what was loaded before it (LD_PRELOAD).
if (OperatingSystem.IsLinux())
{
    NativeLibrary.SetDllImportResolver(
        typeof(FileSnapshotStore).Assembly, (library, _, _) => library == "libc" ? NativeLibrary.GetMainProgramHandle() : 0);
}
if (args is [PartProcess.Part, var shared, var part, var process])
{
    await PartProcess.RunAsync(shared, part, int.Parse(process, CultureInfo.InvariantCulture));
    return;
}
if (args is [LogScenario.Follow or LogScenario.Finish, var commits, var log])
{
    await LogScenario.TrainAsync(new FileSnapshotStore(commits), log, args[0] == LogScenario.Follow, CancellationToken.None);
    return;
}
if (args is [ClockedLogScenario.Counted or ClockedLogScenario.Timed, var clocked, var grown])
{
    await ClockedLogScenario.TrainAsync(new FileSnapshotStore(clocked), grown, args[0], follow: true);
    return;
}
if (args is [MigrationScenario.Verb, var changing, var operations])
{
    var migration = new PipelineKiller(
        PipelineKill.Commit, int.Parse(operations, CultureInfo.InvariantCulture), Path.Combine(changing, "notes"));
    await MigrationScenario.RunAsync(changing, migration);
    return;
}
if (args is [RollbackScenario.Verb, var back, var calls])
{
    var goingBack = new PipelineKiller(PipelineKill.Commit, int.Parse(calls, CultureInfo.InvariantCulture), Path.Combine(back, "notes"));
    await RollbackScenario.RunAsync(back, goingBack, Console.WriteLine);
    return;
}
if (args is [PipelineScenario.Verb, var run, var kill, var after])
{
    await PipelineScenario.RunAsync(run, kill, after);
    return;
}
if (args is [QuietProcess.Quiet, var quiet, var events])
{
    var count = int.Parse(events, CultureInfo.InvariantCulture);
    await QuietProcess.TrainAsync(new FileSnapshotStore(quiet), count, TimeSpan.FromMilliseconds(200));
    return;
}
if (args is [ForgettingScenario.Forget, var kept, var marks, var end])
{
    await ForgettingScenario.RunAsync(new FileSnapshotStore(kept), marks, long.Parse(end, CultureInfo.InvariantCulture));
    return;
}
if (args is [var verb, var place, var name, var times])
{
    await StoreWriter.RunAsync(verb, place, name, int.Parse(times, CultureInfo.InvariantCulture));
    return;
}
Schedule? users = args is [_, _, var every] && Schedule.TryParse(every, out var parsed) ? parsed : null;
var staleness = args is [_, _, nameof(Staleness.OneBatch)] ? Staleness.OneBatch : Staleness.None;
var (folder, steps) = (args[0], long.Parse(args[1], CultureInfo.InvariantCulture));
var store = new FileSnapshotStore(folder);
await CrashScenario.TrainAsync(store, steps, CancellationToken.None, users, staleness);
