using System.Globalization;
using Monolith.Embeddings.Training;
using Samples.Common;

namespace OnlineTraining.Reporting;

/// <summary>
/// One line that says how training goes: rewritten in place in a terminal, a line a window in a pipe or a file.
/// </summary>
/// <param name="output">Where to write it.</param>
/// <param name="terminalWidth">
/// The columns of the terminal, which shorten the line, or it could not be rewritten; 0 where the terminal does not say; null for a pipe or
/// a file.
/// </param>
/// <param name="name">What is being trained.</param>
/// <param name="count">How many events there are; null where that is not known.</param>
public sealed class LiveProgress(TextWriter output, int? terminalWidth, string name, long? count = null) : IProgress<TrainingProgress>
{
    // Up to this many columns the words are left out.
    private const int WidestLine = 130;

    private int _written;

    /// <summary>The columns of the terminal; null for a pipe or a file.</summary>
    public static int? TerminalWidth => Console.IsOutputRedirected ? null : Console.WindowWidth;

    /// <summary>Runs a training with a line of its progress on the console.</summary>
    /// <param name="output">Where to write it.</param>
    /// <param name="name">What is being trained.</param>
    /// <param name="count">How many events there are; null where that is not known.</param>
    /// <param name="run">The training.</param>
    public static async Task<T> RunAsync<T>(
        TextWriter output, string name, long? count, Func<IProgress<TrainingProgress>, Task<T>> run)
    {
        var progress = new LiveProgress(output, TerminalWidth, name, count);
        try
        {
            return await run(progress);
        }
        finally
        {
            progress.Finish();
        }
    }

    /// <inheritdoc />
    public void Report(TrainingProgress value)
    {
        if (terminalWidth is not { } width)
        {
            output.WriteLine(Line(value));
            return;
        }
        var line = width > 0 && width < WidestLine ? ShortLine(value) : Line(value);
        if (width > 0) line = line[..Math.Min(line.Length, width - 1)];
        output.Write('\r' + line.PadRight(_written));
        _written = line.Length;
    }

    /// <summary>Ends the line that was rewritten in place.</summary>
    public void Finish()
    {
        if (_written > 0) output.WriteLine();
    }

    private string Line(TrainingProgress value) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{name}: {value.Examples,9:N0} events{Share(value, 6)}  {value.ExamplesPerSecond,9:N0}/s  AUC {value.Window.Auc:F4}  log-loss "
            + $"{value.Window.LogLoss:F4}  "
            + $"rows {value.Rows:N0}  {Bytes.Format(value.MemoryBytes)}  admitted {value.Admitted:N0}  evicted {value.Evicted:N0}");

    private string ShortLine(TrainingProgress value) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{name.TrimEnd()} {value.Examples:N0}{Share(value, 0)} {value.ExamplesPerSecond:N0}/s AUC {value.Window.Auc:F4} "
            + $"loss {value.Window.LogLoss:F4} "
            + $"rows {value.Rows:N0} {Bytes.Format(value.MemoryBytes)} +{value.Admitted:N0} -{value.Evicted:N0}");

    private string Share(TrainingProgress value, int width) => count is not > 0
        ? ""
        : " " + string.Create(CultureInfo.InvariantCulture, $"{100 * ((double)value.Examples / count.Value):F0} %").PadLeft(width);
}
