using OnlineTraining.CommandLine;
using OnlineTraining.Contest;
using OnlineTraining.Data;
using OnlineTraining.Reporting;

namespace OnlineTraining;

/// <summary>Runs the contest that the user asked for, and reports it.</summary>
public sealed class TrainingRun(TrainingArguments arguments, TextWriter output)
{
    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (arguments.Plot is not null) PlotFiles.RequireWritable(arguments.Plot);
        var dataset = arguments.OpenDataset(new SkippedLines(arguments.SkipMalformed));
        output.WriteLine($"Data: {dataset.Description}");
        var contest = new OnlineContest(dataset, arguments.Settings);
        var (model, mean) = await LiveProgress.RunAsync(
            output, "model ", dataset.Count, progress => contest.RunModelAsync(progress, cancellationToken));
        List<ContestResult> results = [model, mean];
        var hashedRows = arguments.HashedRows ?? Math.Max(1, model.Rows!.Value / 2);
        if (hashedRows > 0)
            results.Add(await LiveProgress.RunAsync(
                output, "hashed", dataset.Count, progress => contest.RunHashedAsync(hashedRows, progress, cancellationToken)));
        Report(dataset, results);
        return 0;
    }

    private void Report(Dataset dataset, List<ContestResult> results)
    {
        output.WriteLine();
        ResultsTable.Write(results, output, LiveProgress.TerminalWidth);
        if (arguments.Profile)
        {
            output.WriteLine();
            ProfileTable.Write(results[0].Profile!, results[0].Board.Total.Examples, output);
        }
        if (arguments.Plot is null) return;
        output.WriteLine();
        PlotFiles.Write(arguments.Plot, dataset.Description, [.. results.Select(result => result.Board)], output);
    }
}
