namespace Experiments.Reporting;

/// <summary>A line of a plot.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="Points">Its points: x, y, and the standard error of y, 0 where there is none.</param>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y, double Error)> Points);
