using System.Globalization;
using Monolith.Embeddings.Datasets;

namespace DelayedFeedback;

/// <summary>Writes the tables of a scenario.</summary>
internal static class Report
{
    /// <summary>How many mean delays a stream without a rise lasts; its second half is measured.</summary>
    private const double Length = 120, From = 60;

    /// <summary>When traffic rises fivefold, in mean delays, and how long the stream would last at the earlier pace.</summary>
    private const double Rise = 30, RiseLength = 110;

    private static readonly double[] Periods = [0, 1, 2, 5, 15, Rise, Rise + 1, Rise + 2, Rise + 5, Rise + 15];

    /// <summary>In a steady state: bias, delay, AUC.</summary>
    public static IReadOnlyList<Outcome> Steady(
        TextWriter writer, Scenario scenario, long impressions, ulong seed, EmissionSource emissions)
    {
        var stream = scenario.Stream(impressions, Length, seed: seed);
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n{scenario.Name}: mean delay {scenario.MeanDelay.TotalSeconds:N0} s, rate {scenario.Rate}, {impressions:N0} impressions"));
        writer.WriteLine("| mode | window, s | served / true rate | by definition | seconds to learning: mean | p50 | p95 "
            + "| of positives: mean | p50 | p95 | AUC |");
        writer.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        return Run(scenario, stream, emissions, outcome => writer.WriteLine(RowOf(outcome)));
    }

    /// <summary>After a start and after a rise of traffic: bias by the time since.</summary>
    public static IReadOnlyList<Outcome> Changing(
        TextWriter writer, Scenario scenario, long impressions, ulong seed, EmissionSource emissions)
    {
        var stream = scenario.Stream(impressions, RiseLength, Rise, seed);
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n{scenario.Name}: served / true rate after the start, and after traffic rose fivefold; times in mean delays"));
        var names = Periods.Zip(Periods.Skip(1), (from, to) => from < Rise
            ? string.Create(CultureInfo.InvariantCulture, $"start + {from} to {to}")
            : string.Create(CultureInfo.InvariantCulture, $"rise + {from - Rise} to {to - Rise}"));
        writer.WriteLine($"| mode | {string.Join(" | ", names)} |");
        writer.WriteLine($"|---{string.Concat(Enumerable.Repeat("|---", Periods.Length - 1))}|");
        return Run(scenario, stream, emissions, outcome => writer.WriteLine(PeriodsOf(outcome)));
    }

    /// <summary>The bias that the first table shows.</summary>
    public static double BiasOf(Outcome outcome) => outcome.Bias(From);

    /// <summary>What it is by definition.</summary>
    public static double ExpectedBiasOf(Outcome outcome) => outcome.ExpectedBias(From);

    private static List<Outcome> Run(
        Scenario scenario, SyntheticFeedbackStream stream, EmissionSource emissions, Action<Outcome> write)
    {
        var (measurement, outcomes) = (new Measurement(scenario, stream), new List<Outcome>());
        foreach (var mode in Mode.All)
        {
            outcomes.Add(measurement.Run(mode, emissions(stream, mode, mode.Window * scenario.MeanDelay)));
            write(outcomes[^1]);
        }
        return outcomes;
    }

    private static string RowOf(Outcome outcome)
    {
        var (all, positives) = (outcome.Delays(From, ofPositives: false), outcome.Delays(From, ofPositives: true));
        return string.Create(CultureInfo.InvariantCulture, $"| {outcome.Mode.Name} | "
            + $"{(outcome.Mode.Window * outcome.Scenario.MeanDelay).TotalSeconds:N0} | "
            + $"{BiasOf(outcome):F3} | {ExpectedBiasOf(outcome):F3} | "
            + $"{all.Mean:N0} | {all.Median:N0} | {all.Most:N0} | {positives.Mean:N0} | {positives.Median:N0} | {positives.Most:N0} | "
            + $"{outcome.Auc(From):F4} |");
    }

    private static string PeriodsOf(Outcome outcome)
    {
        var biases = Periods.Zip(Periods.Skip(1),
            (from, to) => string.Create(CultureInfo.InvariantCulture, $"{outcome.Bias(from, to):F2}"));
        return $"| {outcome.Mode.Name} | {string.Join(" | ", biases)} |";
    }
}
