using OnlineTraining.Contest;
using Samples.Common;

namespace OnlineTraining.Reporting;

/// <summary>The files of a plot that the user asked for.</summary>
public static class PlotFiles
{
    /// <summary>Requires that a plot can be written: found out at first, and not after the work was done.</summary>
    /// <exception cref="UsageException">It cannot.</exception>
    public static void RequireWritable(string plot)
    {
        if (string.IsNullOrWhiteSpace(plot)) throw new UsageException("--plot names no file.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(plot));
        if (!Directory.Exists(folder))
            throw new UsageException($"There is no folder {folder} to write the plot into; --plot names a file in a folder that exists.");
        if (Directory.Exists(plot)) throw new UsageException($"{plot} is a folder; --plot names a file.");
        using var probe = new FileStream(plot, FileMode.OpenOrCreate, FileAccess.Write);
    }

    /// <summary>Draws the files, and says where they are; or why there are none.</summary>
    /// <param name="plot">The file that was asked for.</param>
    /// <param name="title">What the stream is.</param>
    /// <param name="boards">The contestants.</param>
    /// <param name="output">Where to say it.</param>
    public static void Write(string plot, string title, IReadOnlyList<ScoreBoard> boards, TextWriter output)
    {
        var drawing = new AucPlot(title, boards);
        if (!drawing.HasPoints)
        {
            output.WriteLine("Plot: none, since no window has both labels, and so an AUC. Take more events, or a longer --window.");
            return;
        }
        foreach (var (path, isDark) in AucPlot.Files(plot))
        {
            drawing.Save(path, isDark);
            output.WriteLine($"Plot: {path}{(isDark ? " (for dark pages)" : "")}");
        }
    }
}
