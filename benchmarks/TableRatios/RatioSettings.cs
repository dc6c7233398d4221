namespace TableRatios;

/// <summary>What the command line asks for.</summary>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Dimension">Weights of a row, a multiple of 16.</param>
/// <param name="Stripes">Stripes of the table, a power of two.</param>
/// <param name="Rounds">Rounds of each ratio.</param>
/// <param name="Filter">Part of the names that are wanted; empty for all.</param>
internal sealed record RatioSettings(int Rows, int Dimension, int Stripes, int Rounds, string Filter)
{
    private const int MostPasses = 3;

    /// <summary>How often a measurement is repeated whose single pass fills a whole table.</summary>
    public int Passes => Math.Min(Rounds, MostPasses);

    /// <summary>What cannot be measured, or null.</summary>
    public string? Error =>
        Rows is < 10_000 or > 100_000_000 ? $"--rows is {Rows}; 10,000 to 100,000,000 can be measured."
        : Dimension is < 16
        or > 1024 || Dimension % 16 != 0 ? $"--dim is {Dimension}; the flat loops need a multiple of 16 from 16 to 1,024."
        : Stripes is < 1 or > 1024 || !int.IsPow2(Stripes) ? $"--stripes is {Stripes}; it must be a power of two from 1 to 1,024."
        : Rounds < 1 ? $"--rounds is {Rounds}; at least one is needed."
        : null;
}
