using System.Globalization;
using OnlineTraining.Contest;
using Samples.Common;

namespace OnlineTraining.Reporting;

/// <summary>The contestants side by side.</summary>
public static class ResultsTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="results">The contestants.</param>
    /// <param name="output">Where to.</param>
    /// <param name="width">The columns of the terminal; null for a pipe or a file.</param>
    public static void Write(IReadOnlyList<ContestResult> results, TextWriter output, int? width)
    {
        var table = new TextTable(
            "predicted before learned", "scored", "AUC", "AUC 2nd half", "log-loss", "calibration", "rows", "bytes", "events/s");
        foreach (var result in results)
        {
            var (total, isProbability) = (result.Board.Total, result.Board.HasProbabilities);
            table.Add(result.Board.Name, Number(total.Examples, "N0"), Number(total.Auc), Number(result.Board.SecondHalf?.Auc),
                Number(isProbability ? total.LogLoss : null), Number(isProbability ? total.Calibration : null, "F3"),
                Number(result.Rows, "N0"), result.Bytes is { } bytes ? Bytes.Format(bytes) : "-",
                Number(result.ExamplesPerSecond, "N0"));
        }
        table.Write(output, width);
    }

    private static string Number(double? value, string format = "F4") =>
        value is { } number && double.IsFinite(number) ? number.ToString(format, CultureInfo.InvariantCulture) : "-";
}
