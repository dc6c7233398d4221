using System.Diagnostics;
using System.Globalization;
using Experiments.CommandLine;
using Experiments.Data;
using Experiments.Reporting;
using Experiments.Trials;
using Samples.Common;

namespace Experiments;

/// <summary>Runs experiments, prints their tables, and draws their plots.</summary>
/// <param name="arguments">What the user asked for.</param>
/// <param name="output">Where tables go.</param>
/// <param name="progress">Where progress goes, so that the tables can be piped.</param>
internal sealed class ExperimentRun(ExperimentArguments arguments, TextWriter output, TextWriter progress)
{
    /// <summary>Runs some experiments one after the other.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var log = new Lazy<EventLog>(OpenLog);
        var options = new ExperimentOptions
        {
            Seeds = arguments.Seeds,
            Epochs = arguments.Epochs,
            Model = ModelChoices.Of(arguments.Format),
        };
        foreach (var name in names) await RunAsync(ExperimentList.Create(name, log, options), cancellationToken);
        return 0;
    }

    private EventLog OpenLog()
    {
        var path = arguments.Data ?? throw new UsageException("--data names the file of events, or its folder.");
        var log = LogFiles.Open(path, arguments.Format, arguments.Events);
        if (arguments.Verify) progress.WriteLine($"The file is {PublishedCounts.Require(arguments.Format, log)}.");
        return log;
    }

    private async Task RunAsync(Experiment experiment, CancellationToken cancellationToken)
    {
        var (trials, start) = (experiment.Trials(), Stopwatch.GetTimestamp());
        var path = Path.Combine(arguments.Results, $"{experiment.Name}.jsonl");
        var journal = new TrialJournal(path, experiment.Setup);
        var bar = new TrialProgress(
            progress, !Console.IsErrorRedirected, experiment.Name, trials.Count, trials.Count(journal.Has));
        await TrialRunner.RunAsync(trials, journal, bar, experiment.MeasuresTime ? 1 : arguments.Parallel, cancellationToken);
        var results = new ResultTable(journal.Results.Where(result => result.Seed <= (ulong)arguments.Seeds).ToArray());
        var report = experiment.Report(results);
        output.WriteLine($"## {experiment.Name}: {experiment.Data}");
        foreach (var table in report.Tables) output.WriteLine(Environment.NewLine + table);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{trials.Count} trials, {results.CpuSeconds / 60:F1} minutes of one core; "
            + $"this run {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s."));
        if (arguments.Plots is not { } folder) return;
        foreach (var (stem, plot) in report.Plots)
        {
            foreach (var file in plot.Save(folder, stem, arguments.Png)) output.WriteLine($"Plot: {file}");
        }
    }
}
