namespace TrainingThroughput;

/// <summary>What the command line asks for.</summary>
/// <param name="Rows">Rows of the tables together.</param>
/// <param name="Rounds">Rounds of each ratio.</param>
/// <param name="Filter">Part of the names that are wanted; empty for all.</param>
internal sealed record ThroughputSettings(int Rows, int Rounds, string Filter)
{
    /// <summary>What cannot be measured, or null.</summary>
    public string? Error =>
        Rows is < 100_000 or > 60_000_000 ? $"--rows is {Rows}; 100,000 to 60,000,000 can be measured."
        : Rounds < 1 ? $"--rounds is {Rounds}; at least one is needed."
        : null;

    public bool IsWanted(string name) => name.Contains(Filter, StringComparison.Ordinal);
}
