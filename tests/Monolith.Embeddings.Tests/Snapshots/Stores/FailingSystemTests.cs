using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Stores;

/// <summary>
/// The system refuses calls of a process that trains, again and again: where a run ends with that, the next one goes on, to the bits of one
/// that met no failure. No file is flushed again whose flush failed.
/// </summary>
[Platform("Linux"), Category("Stress")]
public sealed class FailingSystemTests : LeakChecked
{
    private const int Steps = 45, Runs = 40, FlushedAgain = 99;
    private const int Io = 5, NoAccess = 13, Busy = 16, TooManyFiles = 24, NoRoom = 28, ReadOnly = 30, NoLocks = 37, Stale = 116;
    private const int Quota = 122;

    private FileSystemShim _shim = null!;
    private string[] _expected = [];

    [OneTimeSetUp]
    public async Task MakeShim()
    {
        _shim = FileSystemShim.Create();
        var store = new MemorySnapshotStore();
        await CrashScenario.TrainAsync(store, Steps, CancellationToken.None);
        _expected = await RestoredTrainer.FromAsync(store);
    }

    [OneTimeTearDown]
    public void RemoveShim() => _shim?.Dispose();

    [TestCase("write", NoRoom, 31), TestCase("write", Io, 43), TestCase("fsync", Io, 23), TestCase("fsync", Stale, 13)]
    [TestCase("create", NoRoom, 23), TestCase("create", NoAccess, 17), TestCase("rename", Io, 11), TestCase("rename", NoAccess, 7)]
    [TestCase("unlink", NoAccess, 2), TestCase("open", Io, 101), TestCase("read", Io, 8009), TestCase("lock", NoLocks, 101)]
    public Task A_training_comes_through_to_the_same_bits(string call, int error, int every) => TrainAsync(call, error, every);

    [TestCase("write", Quota, 67), TestCase("write", NoRoom, 101), TestCase("fsync", NoRoom, 17), TestCase("fsync", Quota, 31)]
    [TestCase("create", ReadOnly, 31), TestCase("create", TooManyFiles, 29), TestCase("rename", NoRoom, 17)]
    [TestCase("unlink", Busy, 1), TestCase("unlink", Io, 3), TestCase("open", Stale, 151), TestCase("open", TooManyFiles, 211)]
    [Category("Long"), Explicit("Takes half a minute.")]
    public Task So_it_does_through_more_kinds_of_failure(string call, int error, int every) => TrainAsync(call, error, every);

    private async Task TrainAsync(string call, int error, int every)
    {
        using var folder = new TestFolder();
        var setting = string.Create(CultureInfo.InvariantCulture, $"{call} {error} {every} {folder.Path}");
        var runs = 1;
        while (await RunAsync(folder, setting) && runs < Runs) runs++;
        TestContext.Out.WriteLine($"{runs} runs");
        Assert.That(runs, Is.LessThan(Runs), "It ends.");
        Assert.That(await RestoredTrainer.FromAsync(new FileSnapshotStore(folder.Path)), Is.EqualTo(_expected));
    }

    // Whether it ended with a failure; what it says is the store's, and nothing else broke.
    private async Task<bool> RunAsync(TestFolder folder, string setting)
    {
        using var trainer = _shim.Start([("SHIM_FAIL", setting)], folder.Path, Steps.ToString(CultureInfo.InvariantCulture));
        var errors = await trainer.StandardError.ReadToEndAsync();
        await trainer.WaitForExitAsync();
        if (trainer.ExitCode == 0) return false;
        Assert.That(trainer.ExitCode, Is.Not.EqualTo(FlushedAgain), "a file whose flush failed was flushed again");
        Assert.That(errors, Does.StartWith("Unhandled exception. Monolith.Embeddings.Snapshots.SnapshotException"));
        return true;
    }
}
