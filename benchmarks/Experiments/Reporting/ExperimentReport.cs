namespace Experiments.Reporting;

/// <summary>What an experiment has to show.</summary>
/// <param name="Tables">The tables, as Markdown.</param>
/// <param name="Plots">The plots, by the stem of their files.</param>
internal sealed record ExperimentReport(IReadOnlyList<MarkdownTable> Tables, IReadOnlyDictionary<string, LinePlot> Plots);
