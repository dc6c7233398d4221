using System.Globalization;
using OnlineTraining.Contest;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace OnlineTraining.Reporting;

/// <summary>Draws the area under the ROC curve over the events of the stream, a line a contestant.</summary>
/// <param name="title">What the stream is.</param>
/// <param name="boards">The contestants.</param>
public sealed class AucPlot(string title, IReadOnlyList<ScoreBoard> boards)
{
    private const int Width = 860, Height = 440;

    // Less would make much of little.
    private const double SmallestSpan = 0.1;

    private static readonly string[] FontNames = ["Segoe UI", "Helvetica", "Arial", "DejaVu Sans", "Liberation Sans"];

    /// <summary>Whether there is anything to draw: a window in which both labels occur.</summary>
    public bool HasPoints => boards.Any(board => Points(board).Count > 0);

    /// <summary>The files of a plot: the one that was asked for, and one for dark pages beside it.</summary>
    /// <param name="path">The file that was asked for, <c>.svg</c> or <c>.png</c>.</param>
    public static IReadOnlyList<(string Path, bool IsDark)> Files(string path)
    {
        var dark = Path.GetFileNameWithoutExtension(path) + "-dark" + Path.GetExtension(path);
        return [(path, false), (Path.Combine(Path.GetDirectoryName(path)!, dark), true)];
    }

    /// <summary>Draws into a file: PNG where it is called so, SVG otherwise.</summary>
    /// <param name="path">The file; replaced.</param>
    /// <param name="isDark">Whether for dark pages.</param>
    public void Save(string path, bool isDark)
    {
        using var plot = Draw(isDark ? PlotColours.Dark : PlotColours.Light);
        if (Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase)) plot.SavePng(path, Width, Height);
        else File.WriteAllText(path, PortableSvg.Of(plot.GetSvgXml(Width, Height)));
    }

    private static List<CurvePoint> Points(ScoreBoard board) => [.. board.Curve.Where(point => double.IsFinite(point.Auc))];

    private Plot Draw(PlotColours colours)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = colours.Page;
        plot.DataBackground.Color = colours.Page;
        plot.Grid.MajorLineColor = colours.Grid;
        plot.Axes.Color(colours.Text);
        plot.Title($"Progressive AUC by window: each event is predicted before it is learned\n{title}", size: 14);
        plot.Axes.Title.Label.ForeColor = colours.Text;
        plot.XLabel("events", size: 12);
        plot.Axes.Bottom.TickGenerator = Ticks("N0");
        plot.Axes.Left.TickGenerator = Ticks("0.00");
        for (var i = 0; i < boards.Count; i++) AddLine(plot, boards[i], colours.Lines[i % colours.Lines.Count]);
        AddLegend(plot, colours);
        SetLimits(plot);
        if (FontNames.FirstOrDefault(SKFontManager.Default.FontFamilies.Contains) is { } font) plot.Font.Set(font);
        return plot;
    }

    // Round numbers.
    private static NumericAutomatic Ticks(string format) =>
        new() { LabelFormatter = value => value.ToString(format, CultureInfo.InvariantCulture) };

    private void SetLimits(Plot plot)
    {
        List<CurvePoint> points = [.. boards.SelectMany(Points)];
        var (lowest, highest) = (points.Min(point => point.Auc) - 0.01, points.Max(point => point.Auc) + 0.01);
        var more = Math.Max(0, SmallestSpan - (highest - lowest)) / 2;
        plot.Axes.SetLimits(0, points.Max(point => point.Events) * 1.02, lowest - more, highest + more);
    }

    private static void AddLine(Plot plot, ScoreBoard board, Color colour)
    {
        var points = Points(board);
        if (points.Count == 0) return;
        var line = plot.Add.Scatter(
            points.Select(point => (double)point.Events).ToArray(), points.Select(point => point.Auc).ToArray(), colour);
        line.LegendText = board.Name;
        line.LineWidth = 2;
        // A line through one point is none.
        line.MarkerSize = points.Count == 1 ? 8 : 0;
    }

    private static void AddLegend(Plot plot, PlotColours colours)
    {
        var legend = plot.ShowLegend(Edge.Bottom);
        legend.Legend.Orientation = Orientation.Horizontal;
        legend.Legend.BackgroundColor = colours.Page;
        legend.Legend.FontColor = colours.Text;
        legend.Legend.OutlineColor = colours.Page;
        legend.Legend.ShadowColor = Colors.Transparent;
    }
}
