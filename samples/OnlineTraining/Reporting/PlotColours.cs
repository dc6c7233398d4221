using ScottPlot;

namespace OnlineTraining.Reporting;

/// <summary>What a plot is drawn in, for light pages and for dark ones. Lines can be told apart in both, and by most eyes.</summary>
public sealed record PlotColours
{
    /// <summary>For light pages.</summary>
    public static PlotColours Light { get; } = new()
    {
        Page = Color.FromHex("#ffffff"),
        Text = Color.FromHex("#24292f"),
        Grid = Color.FromHex("#e3e3e3"),
        Lines = Of("#0550ae", "#bc4c00", "#57606a", "#116329", "#8250df", "#a40e26"),
    };

    /// <summary>For dark pages.</summary>
    public static PlotColours Dark { get; } = new()
    {
        Page = Color.FromHex("#0d1117"),
        Text = Color.FromHex("#e6edf3"),
        Grid = Color.FromHex("#30363d"),
        Lines = Of("#79c0ff", "#ffa657", "#8b949e", "#7ee787", "#d2a8ff", "#ff7b72"),
    };

    /// <summary>Behind everything.</summary>
    public required Color Page { get; init; }

    /// <summary>Words and numbers.</summary>
    public required Color Text { get; init; }

    /// <summary>The lines of the grid.</summary>
    public required Color Grid { get; init; }

    /// <summary>The contestants, in their order.</summary>
    public required IReadOnlyList<Color> Lines { get; init; }

    private static Color[] Of(params string[] colours) => [.. colours.Select(colour => Color.FromHex(colour))];
}
