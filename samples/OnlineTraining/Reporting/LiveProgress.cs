using System.Globalization;
using Monolith.Embeddings.Training;

namespace OnlineTraining.Reporting;

/// <summary>
/// One line that says how training goes: rewritten in place in a terminal, a line a window in a pipe or a file.
/// </summary>
public sealed class LiveProgress(TextWriter output, bool isTerminal, string name) : IProgress<TrainingProgress>
{
    private int _width;

    /// <inheritdoc />
    public void Report(TrainingProgress value)
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{name}: {value.Examples,9:N0} events  {value.ExamplesPerSecond,9:N0}/s  window AUC {value.Window.Auc:F4}  log-loss {value.Window.LogLoss:F4}  "
            + $"rows {value.Rows:N0}  {Bytes.Format(value.MemoryBytes)}  admitted {value.Admitted:N0}  evicted {value.Evicted:N0}");
        if (!isTerminal)
        {
            output.WriteLine(line);
            return;
        }
        output.Write('\r' + line.PadRight(_width));
        _width = line.Length;
    }

    /// <summary>Ends the line that was rewritten in place.</summary>
    public void Finish()
    {
        if (isTerminal && _width > 0) output.WriteLine();
    }
}
