using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Training;
using OnlineTraining.CommandLine;
using OnlineTraining.Contest;
using OnlineTraining.Data;
using OnlineTraining.Reporting;
using Samples.Common;

namespace OnlineTraining;

/// <summary>Runs the contest that the user asked for, and reports it.</summary>
public sealed class TrainingRun(TrainingArguments arguments, TextWriter output) : IProgress<MalformedLine>
{
    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        RequireWritablePlot();
        var dataset = arguments.OpenDataset(this);
        output.WriteLine($"Data: {dataset.Description}");
        var contest = new OnlineContest(dataset, arguments.Settings);
        var (model, mean) = await WithProgress("model ", dataset.Count, progress => contest.RunModelAsync(progress, cancellationToken));
        List<ContestResult> results = [model, mean];
        var hashedRows = arguments.HashedRows ?? Math.Max(1, model.Rows!.Value / 2);
        if (hashedRows > 0)
            results.Add(await WithProgress(
                "hashed", dataset.Count, progress => contest.RunHashedAsync(hashedRows, progress, cancellationToken)));
        Report(dataset, results);
        return 0;
    }

    /// <summary>Says what was skipped; the line that is one too many ends the run, and is told then.</summary>
    public void Report(MalformedLine value)
    {
        if (value.Count <= arguments.SkipMalformed)
            Console.Error.WriteLine($"skipped: {value.File}, line {value.LineNumber}: {value.Reason}");
    }

    private static int? TerminalWidth => Console.IsOutputRedirected ? null : Console.WindowWidth;

    private async Task<T> WithProgress<T>(string name, long? count, Func<IProgress<TrainingProgress>, Task<T>> run)
    {
        var progress = new LiveProgress(output, TerminalWidth, name, count);
        try
        {
            return await run(progress);
        }
        finally
        {
            progress.Finish();
        }
    }

    private void Report(Dataset dataset, List<ContestResult> results)
    {
        output.WriteLine();
        ResultsTable.Write(results, output, TerminalWidth);
        if (arguments.Profile)
        {
            output.WriteLine();
            ProfileTable.Write(results[0].Profile!, results[0].Board.Total.Examples, output);
        }
        if (arguments.Plot is null) return;
        output.WriteLine();
        var plot = new AucPlot(dataset.Description, [.. results.Select(result => result.Board)]);
        if (!plot.HasPoints)
        {
            output.WriteLine("Plot: none, since no window has both labels, and so an AUC. Take more events, or a longer --window.");
            return;
        }
        foreach (var (path, isDark) in AucPlot.Files(arguments.Plot))
        {
            plot.Save(path, isDark);
            output.WriteLine($"Plot: {path}{(isDark ? " (for dark pages)" : "")}");
        }
    }

    // Found out now, and not after the work was done.
    private void RequireWritablePlot()
    {
        if (arguments.Plot is null) return;
        if (string.IsNullOrWhiteSpace(arguments.Plot)) throw new UsageException("--plot names no file.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(arguments.Plot));
        if (!Directory.Exists(folder))
            throw new UsageException($"There is no folder {folder} to write the plot into; --plot names a file in a folder that exists.");
        if (Directory.Exists(arguments.Plot)) throw new UsageException($"{arguments.Plot} is a folder; --plot names a file.");
        using var probe = new FileStream(arguments.Plot, FileMode.OpenOrCreate, FileAccess.Write);
    }
}
