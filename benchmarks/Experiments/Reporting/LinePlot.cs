using System.Globalization;
using OnlineTraining.Reporting;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Experiments.Reporting;

/// <summary>Lines with error bars, drawn for light pages and for dark ones.</summary>
/// <param name="title">What is shown.</param>
/// <param name="xLabel">What the horizontal axis is.</param>
/// <param name="yLabel">What the vertical axis is.</param>
/// <param name="series">The lines; at most six.</param>
/// <param name="places">Names of places on the horizontal axis, by x; null for numbers.</param>
internal sealed class LinePlot(
    string title, string xLabel, string yLabel, IReadOnlyList<Series> series, IReadOnlyList<(double X, string Name)>? places = null)
{
    private const int Width = 860, Height = 440;

    private static readonly string[] FontNames = ["Segoe UI", "Helvetica", "Arial", "DejaVu Sans", "Liberation Sans"];

    /// <summary>Draws two files: STEM.svg for light pages, STEM-dark.svg for dark ones.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="stem">What to call them.</param>
    /// <param name="isPng">Whether PNG files instead of SVG.</param>
    /// <returns>Their paths.</returns>
    public IReadOnlyList<string> Save(string folder, string stem, bool isPng = false)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, stem);
        return isPng
            ? [Save(path + ".png", PlotColours.Light, isPng), Save(path + "-dark.png", PlotColours.Dark, isPng)]
            : [Save(path + ".svg", PlotColours.Light, isPng), Save(path + "-dark.svg", PlotColours.Dark, isPng)];
    }

    private string Save(string path, PlotColours colours, bool isPng)
    {
        using var plot = Draw(colours);
        if (isPng) plot.SavePng(path, Width, Height);
        else File.WriteAllText(path, PortableSvg.Of(plot.GetSvgXml(Width, Height)));
        return path;
    }

    private Plot Draw(PlotColours colours)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = colours.Page;
        plot.DataBackground.Color = colours.Page;
        plot.Grid.MajorLineColor = colours.Grid;
        plot.Axes.Color(colours.Text);
        plot.Title(title, size: 14);
        plot.Axes.Title.Label.ForeColor = colours.Text;
        plot.XLabel(xLabel, size: 12);
        plot.YLabel(yLabel, size: 12);
        plot.Axes.Left.TickGenerator = Numbers();
        plot.Axes.Bottom.TickGenerator = places is null ? Numbers() : Names(places);
        for (var i = 0; i < series.Count; i++) AddLine(plot, series[i], colours.Lines[i % colours.Lines.Count]);
        AddLegend(plot, colours);
        if (FontNames.FirstOrDefault(SKFontManager.Default.FontFamilies.Contains) is { } font) plot.Font.Set(font);
        return plot;
    }

    private static NumericAutomatic Numbers() =>
        new() { LabelFormatter = value => value.ToString("#,0.####", CultureInfo.InvariantCulture) };

    private static NumericManual Names(IReadOnlyList<(double X, string Name)> places) =>
        new([.. places.Select(place => place.X)], [.. places.Select(place => place.Name)]);

    private static void AddLine(Plot plot, Series line, Color colour)
    {
        var (x, y) = (line.Points.Select(point => point.X).ToArray(), line.Points.Select(point => point.Y).ToArray());
        var scatter = plot.Add.Scatter(x, y, colour);
        scatter.LegendText = line.Name;
        scatter.LineWidth = 2;
        scatter.MarkerSize = x.Length > 40 ? 0 : 5;
        if (line.Points.All(point => point.Error == 0)) return;
        var bars = plot.Add.ErrorBar(x, y, line.Points.Select(point => point.Error).ToArray());
        bars.Color = colour;
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
