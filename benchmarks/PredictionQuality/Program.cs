using System.CommandLine;
using System.Globalization;
using Monolith.Embeddings.Datasets;
using OnlineTraining.Contest;
using OnlineTraining.Data;
using PredictionQuality.NewItems;
using PredictionQuality;
using Samples.Common;

// Prints the table of docs/results/online-training.md: the models over the last half of MovieTweetings, several seeds, paired differences.
var data = new Option<string>("--data") { Description = "The MovieTweetings folder.", Required = true };
var seeds = new Option<int>("--seeds") { Description = "How many seeds.", DefaultValueFactory = _ => 5 };
var batchSize = new Option<int>("--batch-size") { Description = "Examples a batch, for all models.", DefaultValueFactory = _ => 1 };
var corrections = new Option<DatasetFormat?>("--corrections") { Description = "Compares corrections on data of this format instead." };
var newItems = new Option<DatasetFormat?>("--new-items") { Description = "Compares births on data of this format instead." };
var command = new RootCommand("Compares models online on MovieTweetings.") { data, seeds, batchSize, corrections, newItems };
command.SetAction((parsed, cancellationToken) => parsed.GetValue(newItems) is { } ofNewItems
    ? NewItemTable.PrintAsync(parsed.GetValue(data)!, ofNewItems, parsed.GetValue(seeds), cancellationToken)
    : parsed.GetValue(corrections) is { } format
    ? Corrections.PrintAsync(DatasetFiles.Open(parsed.GetValue(data)!, format, null, new MalformedLines()), cancellationToken)
    : RunAsync(parsed.GetValue(data)!, parsed.GetValue(seeds), parsed.GetValue(batchSize), cancellationToken));
return await command.Parse(args).InvokeAsync();

static async Task RunAsync(string path, int seedCount, int batchSize, CancellationToken cancellationToken)
{
    var dataset = (RatingsDataset)DatasetFiles.Open(path, DatasetFormat.MovieTweetings, null, new MalformedLines());
    var mean = await Experiment.RunItemMeanAsync(dataset, cancellationToken);
    var deepFm = new Entrant("DeepFM, collisionless", dataset, new ModelSettings { BatchSize = batchSize });
    var reference = await RunSeedsAsync(deepFm, seedCount, cancellationToken);
    List<Entrant> others =
    [
        new("logistic regression, user and movie", dataset.UserAndMovieOnly(),
            deepFm.Settings with { Kind = ModelKind.Logistic, BiasRate = 1.2f }),
        new("logistic regression, all slots", dataset, deepFm.Settings with { Kind = ModelKind.Logistic, BiasRate = 0.8f }),
        new("FM", dataset, deepFm.Settings with { Kind = ModelKind.Fm, BiasRate = 0.3f }),
    ];
    foreach (var (name, share) in new[] { ("1/8", 0.125), ("1/2", 0.5), ("1", 1.0), ("2", 2.0) })
        others.Add(new Entrant($"DeepFM, hashed, {name} x rows", dataset, deepFm.Settings, (long)(reference[0].Rows * share)));

    Console.WriteLine($"{dataset.Description}; last half; batch size {batchSize}; {seedCount} seeds; mean ± standard error.");
    Console.WriteLine();
    Console.WriteLine(
        "| model | AUC | log-loss | rows | bytes | AUC of DeepFM less its own, paired | over two standard errors | events/s |");
    Console.WriteLine("|---|---|---|---|---|---|---|---|");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| running mean of the movie | {mean.Auc:F4} | {mean.LogLoss:F4} | - | "
        + $"- | {reference.Average(o => o.Auc) - mean.Auc:+0.0000;-0.0000} | - | - |"));
    Print(deepFm.Name, dataset, reference, null);
    foreach (var entrant in others) Print(entrant.Name, dataset, await RunSeedsAsync(entrant, seedCount, cancellationToken), reference);
}

static async Task<List<Outcome>> RunSeedsAsync(Entrant entrant, int seedCount, CancellationToken cancellationToken)
{
    var outcomes = new List<Outcome>();
    for (var seed = 1; seed <= seedCount; seed++) outcomes.Add(await Experiment.RunAsync(entrant, (ulong)seed, cancellationToken));
    return outcomes;
}

static void Print(string name, Dataset dataset, List<Outcome> outcomes, List<Outcome>? reference)
{
    var auc = Estimate.Of([.. outcomes.Select(o => o.Auc)]);
    var loss = Estimate.Of([.. outcomes.Select(o => o.LogLoss)]);
    var difference = reference is null ? default : Estimate.Of([.. outcomes.Select((o, i) => reference[i].Auc - o.Auc)]);
    var speed = dataset.Count!.Value / outcomes.Select(o => o.Seconds).Order().ElementAt(outcomes.Count / 2);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {name} | {auc.Format("F4")} | {loss.Format("F4")} | {outcomes[0].Rows:N0} | {Bytes.Format(outcomes[0].Bytes)} | "
        + $"{(reference is null ? "-" : difference.FormatDifference())} | "
        + $"{(reference is null ? "-" : difference.IsClear ? "yes" : "no")} | {speed:N0} |"));
}
