namespace SnapshotsSample.Tests;

/// <summary>A folder with stores in it, deleted in the end.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("snapshots-sample-");

    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>Trains a small model: 20 batches, a commit after every 8, and one at the end.</summary>
    public async Task<string> TrainedAsync(string name, params string[] more)
    {
        await SampleProgram.OutputOfAsync(["train", Path(name), "--events", "5120", "--commit-every", "8", .. more]);
        return Path(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
