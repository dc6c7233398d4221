using System.Globalization;
using OnlineTraining.Data;

namespace PredictionQuality.NewItems;

/// <summary>Prints a table of docs/results/new-items.md: what births do where impressions have both labels.</summary>
internal static class NewItemTable
{
    public static async Task PrintAsync(string folder, DatasetFormat format, int seeds, CancellationToken cancellationToken)
    {
        var log = CategoryLog.Read(folder, format);
        Console.WriteLine($"{DatasetFiles.Name(format)}, {log.Ratings.Length:N0} ratings; means of {seeds} seeds.\n");
        Console.WriteLine("| model | category | first: log-loss | AUC | first ten: log-loss | AUC | calibration | all: log-loss | AUC |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var trial in Trial.All())
        {
            var runs = new List<TrialScores>();
            for (var seed = 1UL; seed <= (ulong)seeds; seed++) runs.Add(await TrialScores.RunAsync(trial, log, seed, cancellationToken));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {trial.Model}, {trial.Rate} | {trial.UseText} "
                + $"| {Mean(run => run.First.LogLoss(0))} | {Mean(run => run.First.Auc(0))} | {Mean(run => run.FirstTen.LogLoss(0))} "
                + $"| {Mean(run => run.FirstTen.Auc(0))} | {Mean(run => run.FirstTen.Calibration(0))} "
                + $"| {Mean(run => run.All.LogLoss(0))} | {Mean(run => run.All.Auc(0))} |"));

            string Mean(Func<TrialScores, double> number) => runs.Average(number).ToString("F4", CultureInfo.InvariantCulture);
        }
    }
}
