namespace BeforeAfter;

/// <summary>What the command line asks for.</summary>
/// <param name="Before">A commit, or <see cref="WorkTree"/>.</param>
/// <param name="After">What is compared with it.</param>
/// <param name="BeforeDriver">The folder of the driver to compile with the version before; null for the present driver.</param>
/// <param name="AfterDriver">The same for the version after.</param>
/// <param name="Rows">Rows of the large table.</param>
/// <param name="Dimension">Weights of its rows.</param>
/// <param name="Rounds">Rounds of each comparison.</param>
/// <param name="Filter">Part of the names that are wanted; empty for all.</param>
/// <param name="Folder">Where snapshots are written.</param>
internal sealed record Settings(
    string Before, string After, string? BeforeDriver, string? AfterDriver, int Rows, int Dimension, int Rounds, string Filter,
    string Folder)
{
    /// <summary>Names the files as they are in the repository's folder.</summary>
    public const string WorkTree = "worktree";

    private const string MemoryFolder = "/dev/shm";

    /// <summary>
    /// Where there is no disk, if the system has such a folder: a disk's time would be much more than the difference of two versions.
    /// </summary>
    public static string DefaultFolder => Directory.Exists(MemoryFolder) ? MemoryFolder : Path.GetTempPath();

    public bool IsWanted(string name) => name.Contains(Filter, StringComparison.Ordinal);

    /// <exception cref="UsageException">Something cannot be measured.</exception>
    public void RequireValid()
    {
        if (Rows is < 10_000 or > 100_000_000) throw new UsageException($"--rows is {Rows}; 10,000 to 100,000,000 can be measured.");
        if (Dimension is < 1 or > 1024) throw new UsageException($"--dim is {Dimension}; 1 to 1,024 can be measured.");
        if (Rounds < 1) throw new UsageException($"--rounds is {Rounds}; at least one is needed.");
        foreach (var folder in new[] { BeforeDriver, AfterDriver, Folder })
        {
            if (folder is not null && !Directory.Exists(folder)) throw new UsageException($"There is no folder '{folder}'.");
        }
    }
}
