using System.Globalization;
using Monolith.Embeddings.Training;
using OnlineTraining.Contest;
using OnlineTraining.Data;

namespace PredictionQuality;

/// <summary>Prints the table of docs/design/calibration.md: models alone, with a line and with a monotone table behind them.</summary>
internal static class Corrections
{
    public static async Task PrintAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        Console.WriteLine($"{dataset.Description}; last half; batch size 1; one seed.\n");
        Console.WriteLine("| model | correction | log-loss | calibration | error by 20 buckets | AUC |\n|---|---|---|---|---|---|");
        foreach (var (name, kind, biasRate) in Models())
        {
            foreach (var method in new CalibrationMethod?[] { null, CalibrationMethod.Platt, CalibrationMethod.Isotonic })
            {
                var settings = new ModelSettings { Kind = kind, BiasRate = biasRate, BatchSize = 1, Calibration = method };
                var log = await Experiment.ScoresAsync(new Entrant(name, dataset, settings), cancellationToken);
                var half = log.Count / 2;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {name} | {method?.ToString() ?? "none"} | {log.LogLoss(half):F4} | {log.Calibration(half):F3} | "
                    + $"{log.CalibrationError(half):F4} | {log.Auc(half):F4} |"));
            }
        }
    }

    private static IEnumerable<(string Name, ModelKind Kind, float BiasRate)> Models() =>
    [
        ("logistic regression", ModelKind.Logistic, 0.8f), ("FM", ModelKind.Fm, 0.3f),
        ("DeepFM", ModelKind.DeepFm, new ModelSettings().BiasRate),
    ];
}
