using System.Globalization;
using Monolith.Embeddings.Training;
using OnlineTraining.Contest;
using Samples.Common;
using TorchRecommender.Data;
using TorchRecommender.Zoo;

namespace TorchRecommender.Contest;

/// <summary>
/// Compares modules with the core's DeepFM over several seeds, in pairs: with a seed all see the same events, and draw from it.
/// </summary>
/// <param name="open">Opens the events of a seed.</param>
/// <param name="settings">The numbers that all have in common; the seed is set for each run.</param>
/// <param name="module">Those of modules; seed and rate are set for each run.</param>
/// <param name="output">Where to write the table.</param>
public sealed class Comparison(
    Func<ulong, ServedDataset> open, ModelSettings settings, ZooSettings module, TextWriter output)
{
    private readonly List<MetricsSummary> _core = [];
    private readonly List<double> _speed = [];

    /// <summary>Runs all with every seed, and writes the table over the second half of the stream.</summary>
    /// <param name="entrants">The modules, each with the rate of its dense weights.</param>
    /// <param name="seeds">How many seeds: the first, and those behind it.</param>
    /// <param name="cancellationToken">Stops after a batch.</param>
    public async Task RunAsync(IReadOnlyList<ComparedModel> entrants, int seeds, CancellationToken cancellationToken)
    {
        for (var i = 0; i < seeds; i++)
        {
            var seed = settings.Seed + (ulong)i;
            var dataset = open(seed);
            if (i == 0) output.WriteLine($"Data: {dataset.Description}");
            var ofSeed = settings with { Seed = seed };
            var core = await new TorchContest(dataset, ofSeed, module).RunCoreAsync(null, cancellationToken);
            _core.Add(Told(core, seed));
            _speed.Add(core.ExamplesPerSecond!.Value);
            foreach (var entrant in entrants)
            {
                var contest = new TorchContest(dataset, ofSeed, module with { Seed = (long)seed, DenseRate = entrant.DenseRate });
                var (result, _) = await contest.RunModuleAsync(entrant.Zoo, null, 1, null, cancellationToken);
                entrant.Add(Told(result, seed), result.ExamplesPerSecond!.Value);
            }
        }
        Write(entrants);
    }

    private MetricsSummary Told(ContestResult result, ulong seed)
    {
        var metrics = result.Board.SecondHalf ?? result.Board.Total;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}, {result.Board.Name}: AUC {metrics.Auc:F4}, log-loss {metrics.LogLoss:F4}, {result.ExamplesPerSecond:N0}/s"));
        return metrics;
    }

    private void Write(IReadOnlyList<ComparedModel> entrants)
    {
        output.WriteLine();
        var table = new TextTable("second half of the stream", "dense rate", "AUC", "log-loss", "AUC less DeepFM's, in pairs",
            "log-loss less DeepFM's", "seeds with a higher AUC", "events/s");
        table.Add("DeepFM, the core's own", Rate(settings.DenseRate), Text(_core.Select(m => m.Auc)), Text(_core.Select(m => m.LogLoss)),
            "-", "-", "-", Speed(_speed));
        foreach (var entrant in entrants)
        {
            var pairs = entrant.Metrics.Zip(_core).ToArray();
            table.Add($"{entrant.Zoo.Name}, TorchSharp", Rate(entrant.DenseRate), Text(entrant.Metrics.Select(m => m.Auc)),
                Text(entrant.Metrics.Select(m => m.LogLoss)), Difference(pairs.Select(pair => pair.First.Auc - pair.Second.Auc)),
                Difference(pairs.Select(pair => pair.First.LogLoss - pair.Second.LogLoss)),
                $"{pairs.Count(pair => pair.First.Auc > pair.Second.Auc)} of {pairs.Length}", Speed(entrant.Speed));
        }
        table.Write(output);
        output.WriteLine();
        output.WriteLine("± is the standard error of the mean; * marks a difference beyond two of them.");
    }

    private static string Text(IEnumerable<double> values) => Estimate.Of([.. values]).Format("F4");

    private static string Difference(IEnumerable<double> values)
    {
        var mean = Estimate.Of([.. values]);
        return mean.FormatDifference() + (mean.IsClear ? " *" : "");
    }

    private static string Rate(float rate) => rate.ToString(CultureInfo.InvariantCulture);

    private static string Speed(IReadOnlyCollection<double> values) => values.Average().ToString("N0", CultureInfo.InvariantCulture);
}
