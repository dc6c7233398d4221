using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.TorchSharp;
using OnlineTraining.Contest;
using OnlineTraining.Reporting;
using Samples.Common;
using TorchRecommender.CommandLine;
using TorchRecommender.Contest;
using TorchSharp;

namespace TorchRecommender;

/// <summary>Trains, reports and serves as the user asked.</summary>
/// <param name="arguments">What he asked for.</param>
/// <param name="output">Where to report.</param>
public sealed class TorchRun(TorchArguments arguments, TextWriter output)
{
    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        arguments.RequireUsable();
        TorchRuntime.Require();
        RequireDevice();
        torch.set_num_threads(arguments.Threads);
        if (arguments.Compared.Count == 0) await TrainAsync(cancellationToken);
        else
        {
            var comparison = new Comparison(arguments.OpenDataset, arguments.Training.Settings, arguments.Module, output);
            await comparison.RunAsync(arguments.Compared, arguments.Seeds, cancellationToken);
        }
        return 0;
    }

    private async Task TrainAsync(CancellationToken cancellationToken)
    {
        var (settings, zoo, plot) = (arguments.Training.Settings, arguments.Model, arguments.Training.Plot);
        if (plot is not null) PlotFiles.RequireWritable(plot);
        var dataset = arguments.OpenDataset(settings.Seed);
        output.WriteLine($"Data: {dataset.Description}");
        var contest = new TorchContest(dataset, settings, arguments.Module);
        SnapshotStore store = arguments.Store is { } folder ? new FileSnapshotStore(folder) : new MemorySnapshotStore();
        var (model, mean) = await LiveProgress.RunAsync(output, zoo.Name.PadRight(6), dataset.Count,
            progress => contest.RunModuleAsync(zoo, store, arguments.CommitEvery, progress, cancellationToken));
        var core = await LiveProgress.RunAsync(
            output, "core  ", dataset.Count, progress => contest.RunCoreAsync(progress, cancellationToken));
        ContestResult[] results = [model, core, mean];
        output.WriteLine();
        ResultsTable.Write(results, output, LiveProgress.TerminalWidth);
        if (plot is not null)
        {
            output.WriteLine();
            PlotFiles.Write(plot, dataset.Description, [.. results.Select(result => result.Board)], output);
        }
        output.WriteLine();
        await Recommendation.ServeAsync(store, contest.CreateModel(zoo), contest.DatasetOf(zoo), output, cancellationToken);
    }

    private void RequireDevice()
    {
        if (!arguments.Module.OnCuda || (torch.cuda.is_available() && torch.cuda.device_count() > 0)) return;
        throw new UsageException("--device cuda needs a CUDA device, and there is none that TorchSharp can use. Build with "
            + "-p:TorchBackend=cuda, on a machine with a driver for its version of CUDA; or leave --device out.");
    }
}
