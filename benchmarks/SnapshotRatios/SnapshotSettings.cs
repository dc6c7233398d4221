namespace SnapshotRatios;

/// <summary>What the command line asks for.</summary>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Dimension">Weights of a row.</param>
/// <param name="Rounds">Rounds of each ratio.</param>
/// <param name="Filter">Part of the names that are wanted; empty for all.</param>
/// <param name="Folder">Where snapshots are written, each run in a folder of its own.</param>
internal sealed record SnapshotSettings(int Rows, int Dimension, int Rounds, string Filter, string Folder)
{
    /// <summary>What cannot be measured, or null.</summary>
    public string? Error =>
        Rows is < 10_000 or > 100_000_000 ? $"--rows is {Rows}; 10,000 to 100,000,000 can be measured."
        : Dimension is < 1 or > 1024 ? $"--dim is {Dimension}; 1 to 1,024 can be measured."
        : Rounds < 1 ? $"--rounds is {Rounds}; at least one is needed."
        : !Directory.Exists(Folder) ? $"--folder is '{Folder}', which is not there."
        : null;
}
