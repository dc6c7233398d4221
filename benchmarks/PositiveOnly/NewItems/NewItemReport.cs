using System.Globalization;

namespace PositiveOnly.NewItems;

/// <summary>Writes the tables of docs/results/new-items.md.</summary>
internal static class NewItemReport
{
    /// <param name="writer">Where to.</param>
    /// <param name="logs">The same choices, with kinds by different rules.</param>
    /// <param name="isFrozen">Whether choices of one moment do not know each other.</param>
    /// <param name="seeds">How many seeds the last table has.</param>
    public static async Task WriteAsync(TextWriter writer, KindLog[] logs, bool isFrozen, int seeds)
    {
        var settings = new Settings { IsFrozen = isFrozen };
        var events = Contexts.Of(logs[0].Choices, settings.Recent, isFrozen);
        var chosenOn = events[..Even(0.6 * events.Length)];
        Head(writer, "The first 60 %, items that are new in the last third of it, one seed");
        await WriteAllAsync(chosenOn, Even(0.4 * events.Length), 1);
        Head(writer, $"Items that are new in the last 20 %, {seeds} seeds");
        await WriteAllAsync(events, Even(0.8 * events.Length), seeds);

        async Task WriteAllAsync(Event[] learned, int from, int runs)
        {
            await WriteAsync(writer, logs[0], settings, learned, from, runs, [KindUse.None]);
            foreach (var log in logs) await WriteAsync(writer, log, settings, learned, from, runs, [KindUse.Slot, KindUse.Parent]);
        }

        int Even(double at) => (int)at / 64 * 64;
    }

    private static async Task WriteAsync(
        TextWriter writer, KindLog log, Settings settings, Event[] events, int from, int seeds, KindUse[] uses)
    {
        foreach (var use in uses)
        {
            var runs = new NewItemScores[seeds];
            // No result depends on what runs beside it.
            await Parallel.ForEachAsync(
                Enumerable.Range(0, seeds), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
                async (place, _) => runs[place] = await NewItemRun.ScoreAsync(
                    settings with { Seed = (ulong)place + 1 }, use, log.Kinds, events, from));
            Write(writer, $"{NameOf(use)}{(use == KindUse.None ? "" : $": {log.Name}")}", runs);
        }
    }

    private static void Head(TextWriter writer, string title) => writer.WriteLine(
        $"\n{title}\n\n| model | new items, ranked | AUC | AUC of the first | AUC of known over new | recall@20 "
        + "| recall@20 in two steps |\n"
        + "|---|---|---|---|---|---|---|");

    private static string NameOf(KindUse use) => use switch
    {
        KindUse.None => "without kinds",
        KindUse.Slot => "kind",
        _ => "kind, born from it",
    };

    private static void Write(TextWriter writer, string name, NewItemScores[] runs)
    {
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {runs[0].Items:N0}, {runs[0].Ranked:N0} | {Of(run => run.Auc)} | {Of(run => run.AucOfFirst)} "
            + $"| {Of(run => run.AucOfKnown)} | {Of(run => run.Recall)} | {Of(run => run.RecallInTwoSteps)} |"));
        writer.Flush();

        string Of(Func<NewItemScores, double> number)
        {
            var mean = runs.Average(number);
            if (runs.Length < 2) return mean.ToString("F4", CultureInfo.InvariantCulture);
            var error = Math.Sqrt(runs.Sum(run => Math.Pow(number(run) - mean, 2)) / (runs.Length - 1) / runs.Length);
            return string.Create(CultureInfo.InvariantCulture, $"{mean:F4} ± {error:F4}");
        }
    }
}
