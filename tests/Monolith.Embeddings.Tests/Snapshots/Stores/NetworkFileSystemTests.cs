using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Snapshots.Stores;

/// <summary>
/// Processes share a folder that seems to lie on a network: none takes another's file, and manifests are replaced one after the other.
/// </summary>
[Platform("Linux")]
public sealed class NetworkFileSystemTests : LeakChecked
{
    private const string SwitchedOff = "switched off";

    // NFS, CIFS, SMB, SMB 2, and what the disk is, with the runtime's own locking and without.
    private static readonly string?[] FileSystems = ["6969", "FF534D42", "517B", "FE534D42", null, SwitchedOff];

    private FileSystemShim _shim = null!;

    [OneTimeSetUp]
    public void MakeShim() => _shim = FileSystemShim.Create();

    [OneTimeTearDown]
    public void RemoveShim() => _shim?.Dispose();

    [TestCaseSource(nameof(FileSystems))]
    public async Task A_file_that_another_process_writes_stays_and_goes_when_that_is_killed(string? fileSystem)
    {
        using var folder = new TestFolder();
        using var living = Start(StoreWriter.Hold, fileSystem, folder, "-", 1);
        Assert.That(await living.StandardOutput.ReadLineAsync(), Is.EqualTo(StoreWriter.Holding));
        Assert.That(Leftovers(folder), Is.EqualTo(1));
        await RunAsync(Start(StoreWriter.Files, fileSystem, folder, "first", 1));
        Assert.That(Leftovers(folder), Is.EqualTo(1), "the living writer's file");
        await living.StandardInput.WriteLineAsync();
        await EndAsync(living);
        Assert.That(File.Exists(Path.Combine(folder.Path, StoreWriter.HeldFile)));

        File.Delete(Path.Combine(folder.Path, StoreWriter.HeldFile));
        using var killed = Start(StoreWriter.Hold, fileSystem, folder, "-", 1);
        Assert.That(await killed.StandardOutput.ReadLineAsync(), Is.EqualTo(StoreWriter.Holding));
        killed.Kill();
        await killed.WaitForExitAsync();
        await RunAsync(Start(StoreWriter.Files, fileSystem, folder, "second", 1));
        Assert.That(Leftovers(folder), Is.Zero);
    }

    [Test]
    public async Task Processes_that_begin_and_commit_files_at_once_do_not_disturb_each_other(
        [Values(null, "6969", SwitchedOff)] string? fileSystem)
    {
        const int Files = 150;
        using var folder = new TestFolder();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i => RunAsync(Start(StoreWriter.Files, fileSystem, folder, $"p{i}", Files))));
        Assert.That(await new FileSnapshotStore(folder.Path).ListAsync(), Has.Count.EqualTo(3 * Files));
        Assert.That(Leftovers(folder), Is.Zero);
    }

    [Test]
    public async Task Processes_that_replace_the_manifest_at_once_lose_no_replacement(
        [Values(null, "6969", SwitchedOff)] string? fileSystem)
    {
        const int Times = 40;
        using var folder = new TestFolder();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RunAsync(Start(StoreWriter.TakeOver, fileSystem, folder, "-", Times))));
        var manifest = await new SnapshotPublisher(new FileSnapshotStore(folder.Path)).ReadAsync(default);
        Assert.That(manifest!.Incarnation, Is.EqualTo(3 * Times));
    }

    [Test]
    public async Task Where_files_cannot_be_locked_writing_is_refused([Values(StoreWriter.Files, StoreWriter.TakeOver)] string verb)
    {
        using var folder = new TestFolder();
        using var refused = _shim.Start([("SHIM_NO_LOCKS", "1")], verb, folder.Path, "a", "1");
        var errors = await refused.StandardError.ReadToEndAsync();
        await refused.WaitForExitAsync();
        Assert.That(errors, Does.Contain("takes no locks"));
        Assert.That(Directory.GetFiles(folder.Path, "[!.]*"), Is.Empty);
    }

    private static int Leftovers(TestFolder folder) => Directory.GetFiles(folder.Path, "*.tmp").Length;

    private static async Task RunAsync(Process process)
    {
        using (process) await EndAsync(process);
    }

    private static async Task EndAsync(Process process)
    {
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That((process.ExitCode, errors), Is.EqualTo((0, "")));
    }

    private Process Start(string verb, string? fileSystem, TestFolder folder, string name, int count) =>
        _shim.Start(
            fileSystem switch
            {
                null => [],
                SwitchedOff => [("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1")],
                _ => [("SHIM_FILE_SYSTEM", fileSystem)],
            },
            verb, folder.Path, name, count.ToString(CultureInfo.InvariantCulture));
}
