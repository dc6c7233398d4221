using System.Globalization;

namespace PositiveOnly;

/// <summary>Writes the tables of docs/results/positive-only.md.</summary>
internal static class Report
{
    private const double From = 0.8;
    private const int FreshDays = 14;

    /// <summary>An online shop with known customers and real times.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="choices">In the order of time.</param>
    /// <param name="seeds">How many seeds.</param>
    public static async Task RetailAsync(TextWriter writer, Choice[] choices, int seeds)
    {
        // Where batches of any of the sizes end.
        var from = (int)(From * choices.Length) / 64 * 64;
        writer.WriteLine($"\n{choices.Length:N0} lines; recall@20 of the last {choices.Length - from:N0}\n");
        writer.WriteLine("| what | recall@20 | by the best-sellers of 7 days |\n|---|---|---|");
        var events = Contexts.Of(choices, 1, isFrozen: true);
        var week = Popularity.OfDays(events, 7, from);
        foreach (var days in new[] { 1, 7, 30 })
        {
            var name = days == 1 ? "best-sellers of 1 day" : $"best-sellers of {days} days";
            Write(writer, name, [Popularity.OfDays(events, days, from)], week);
        }
        var guide = new Settings();
        var fresh = guide with { ItemDays = FreshDays };
        var calibrations = new[] { guide, fresh }.ToDictionary(settings => settings, _ => new Calibration(choices[from].At));
        foreach (var settings in Variants())
        {
            var seen = Contexts.Of(choices, settings.Recent, settings.IsFrozen);
            // What only compares is run with one seed.
            var shares = new double[settings == guide || settings == guide with { IsFrozen = false } ? seeds : 1];
            await InParallelAsync(shares.Length, async seed => shares[seed] = await Learner.RunAsync(
                settings with { Seed = (ulong)seed + 1 }, seen, from, seed == 0 ? calibrations.GetValueOrDefault(settings) : null));
            Write(writer, NameOf(settings), shares, week);
        }
        WriteDeciles(writer, calibrations[guide]);
        WriteDays(writer, calibrations[guide]);
        writer.WriteLine($"\nWithout negatives of items that were not chosen for {FreshDays} days:");
        WriteDeciles(writer, calibrations[fresh]);
    }

    /// <summary>Sessions of clicks without known users.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="choices">In the order of time.</param>
    /// <param name="everyNth">Of how many clicks one is ranked.</param>
    /// <param name="deepEveryNth">The same for the DeepFM; 0 for none.</param>
    public static async Task SessionsAsync(TextWriter writer, Choice[] choices, int everyNth, int deepEveryNth)
    {
        const int Hour = 9000;
        var from = (int)(From * choices.Length) / 64 * 64;
        writer.WriteLine($"\n{choices.Length:N0} clicks; recall@20 of each {everyNth}th of the last {choices.Length - from:N0}\n");
        writer.WriteLine($"| what | recall@20 | by the best-sellers of {Hour:N0} clicks |\n|---|---|---|");
        var events = Contexts.Of(choices, 1, isFrozen: false);
        var hour = Popularity.OfEvents(events, Hour, from, everyNth);
        Write(writer, $"best-sellers of {Hour:N0} clicks", [hour], hour);
        Write(writer, "the session's own, then best-sellers", [Sessions.Own(events, Hour, from, everyNth)], hour);
        foreach (var recent in new[] { 1, 3 })
            Write(writer, $"item-kNN of the last {recent}", [Sessions.Neighbours(events, from, everyNth, recent)], hour);
        var settings = new Settings { HasUser = false, IsFrozen = false, BatchSize = 16, EveryNth = everyNth };
        foreach (var (recent, negatives) in new[] { (5, 5), (3, 10), (1, 20) })
        {
            var seen = Contexts.Of(choices, recent, isFrozen: false);
            var share = await Learner.RunAsync(settings with { Recent = recent, Negatives = negatives }, seen, from);
            Write(writer, $"FM, last {recent}, {negatives} negatives", [share], hour);
        }
        if (deepEveryNth == 0) return;
        var last = Contexts.Of(choices, 3, isFrozen: false);
        var deep = await Learner.RunDeepAsync(settings with { Recent = 3, Negatives = 10, EveryNth = deepEveryNth }, last, from);
        Write(writer, $"DeepFM, last 3, 10 negatives, each {deepEveryNth:N0}th click", [deep], hour);
    }

    // No result depends on what runs beside it.
    private static Task InParallelAsync(int count, Func<int, Task> run) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
        async (place, _) => await run(place));

    private static IEnumerable<Settings> Variants()
    {
        var guide = new Settings();
        var slow = guide with { Rate = 0.01f, BiasRate = 0.01f, DenseRate = 0.01f };
        return
        [
            guide, guide with { IsFrozen = false }, guide with { HasUser = false }, guide with { HasRecentTable = false },
            guide with { BatchSize = 16 }, guide with { BatchSize = 64 },
            guide with { Negatives = 20 }, guide with { Power = 0 }, guide with { Window = 0 }, guide with { ItemDays = FreshDays },
            slow, slow with { StartExamples = 10_000 },
        ];
    }

    private static string NameOf(Settings settings)
    {
        var guide = new Settings();
        if (settings == guide) return "FM, the guide's";
        if (!settings.IsFrozen) return "... which knows the lines of the invoice above";
        if (!settings.HasUser) return "... without the user's vector";
        if (!settings.HasRecentTable) return "... recent items by the items' own vectors";
        if (settings.ItemDays is { } days) return $"... items that were not chosen for {days} days are not drawn";
        if (settings.StartExamples > 0) return "... the same, and InitialBiasExamples = 10,000";
        if (settings.Rate != guide.Rate) return "... all rates 0.01, Adagrad's default";
        if (settings.BatchSize != guide.BatchSize) return $"... in batches of {settings.BatchSize}";
        if (settings.Negatives != guide.Negatives) return $"... with {settings.Negatives} negatives";
        return settings.Power != guide.Power
            ? "... all items drawn alike"
            : $"... with a window of {settings.Window}";
    }

    private static void Write(TextWriter writer, string name, double[] shares, double baseline)
    {
        var mean = shares.Average();
        var deviation = shares.Length < 2 ? "" : string.Create(CultureInfo.InvariantCulture,
            $" ± {Math.Sqrt(shares.Sum(share => (share - mean) * (share - mean)) / (shares.Length - 1) / shares.Length):F4}");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {mean:F4}{deviation} | {mean / baseline:F2} |"));
        writer.Flush();
    }

    private static void WriteDeciles(TextWriter writer, Calibration calibration)
    {
        writer.WriteLine("\n| items, by popularity before the day | rows | mean label | mean prediction | ratio |\n|---|---|---|---|---|");
        foreach (var (place, sums) in calibration.Deciles.Index())
            Write(writer, place == Calibration.New ? "new on the day" : $"decile {place + 1}", sums);
    }

    private static void WriteDays(TextWriter writer, Calibration calibration)
    {
        writer.WriteLine("\n| day | rows | mean label | mean prediction | ratio |\n|---|---|---|---|---|");
        foreach (var (day, sums) in calibration.Days) Write(writer, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), sums);
    }

    private static void Write(TextWriter writer, string name, Calibration.Sums sums) =>
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {sums.Rows:N0} | {sums.Labels / sums.Rows:F4} | "
            + $"{sums.Predicted / sums.Rows:F4} | {sums.Predicted / sums.Labels:F3} |"));
}
