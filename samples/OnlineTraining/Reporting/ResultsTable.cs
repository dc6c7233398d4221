using System.Globalization;
using OnlineTraining.Contest;
using Samples.Common;

namespace OnlineTraining.Reporting;

/// <summary>The contestants side by side.</summary>
public static class ResultsTable
{
    /// <summary>Writes the table.</summary>
    public static void Write(IReadOnlyList<ContestResult> results, TextWriter output)
    {
        var table = new TextTable(
            "predicted before learned", "scored", "AUC", "AUC 2nd half", "log-loss", "calibration", "rows", "bytes", "events/s");
        foreach (var result in results)
        {
            var total = result.Board.Total;
            table.Add(result.Board.Name, Number(total.Examples, "N0"), Number(total.Auc), Number(result.Board.SecondHalf?.Auc),
                Number(total.LogLoss),
                Number(total.Calibration, "F3"), Number(result.Rows, "N0"), result.Bytes is { } bytes ? Bytes.Format(bytes) : "-",
                Number(result.ExamplesPerSecond, "N0"));
        }
        table.Write(output);
    }

    private static string Number(double? value, string format = "F4") =>
        value is { } number && double.IsFinite(number) ? number.ToString(format, CultureInfo.InvariantCulture) : "-";
}
