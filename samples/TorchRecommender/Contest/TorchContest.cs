using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training;
using OnlineTraining.Contest;
using OnlineTraining.Data;
using TorchRecommender.Data;
using TorchRecommender.Zoo;

namespace TorchRecommender.Contest;

/// <summary>Lets modules of the zoo and the core's DeepFM predict the same events: each is predicted, scored, and then learned.</summary>
/// <param name="dataset">The events; each model sees the user's items before in the form that it reads.</param>
/// <param name="settings">The numbers that all have in common.</param>
/// <param name="module">Those of modules.</param>
public sealed class TorchContest(ServedDataset dataset, ModelSettings settings, ZooSettings module)
{
    /// <summary>The events as a module reads them.</summary>
    public ServedDataset DatasetOf(ZooModel zoo) =>
        zoo.ReadsSequence ? dataset.AsSequence() : dataset;

    /// <summary>A module that has learned nothing, and the schema that it reads: what a replica is made of.</summary>
    public OnlineModel CreateModel(ZooModel zoo) =>
        zoo.CreateModel(Contestant.CreateSchema(DatasetOf(zoo), settings), module);

    /// <summary>A module of the zoo, with the running mean of the item beside it on the same batches.</summary>
    /// <param name="zoo">Which.</param>
    /// <param name="store">Where it commits to; null for nowhere.</param>
    /// <param name="commitEvery">How many batches lie between two commits.</param>
    /// <param name="progress">Told after every window.</param>
    /// <param name="cancellationToken">Stops after a batch.</param>
    public async Task<(ContestResult Model, ContestResult ItemMean)> RunModuleAsync(
        ZooModel zoo, SnapshotStore? store, long commitEvery, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var (board, meanBoard) = (Board($"{zoo.Name}, TorchSharp"), Board("running mean of the item"));
        var mean = new ItemMean(dataset.ItemSlot);
        await using var contestant = new TorchContestant(DatasetOf(zoo), zoo, settings, module, (examples, logits) =>
        {
            board.Add(examples, logits);
            meanBoard.Add(examples, mean.Score(examples));
        }, store, commitEvery);
        var last = await contestant.RunAsync(progress, cancellationToken);
        board.Finish();
        meanBoard.Finish();
        var model = new ContestResult(
            board, contestant.Rows, contestant.MemoryBytes, board.Total.Examples / last.Elapsed.TotalSeconds, null);
        return (model, new ContestResult(meanBoard, null, null, null, null));
    }

    /// <summary>The core's DeepFM, with the same rates.</summary>
    /// <param name="progress">Told after every window.</param>
    /// <param name="cancellationToken">Stops after a batch.</param>
    public async Task<ContestResult> RunCoreAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var board = Board("DeepFM, the core's own");
        using var contestant = new Contestant(dataset, new CollisionlessIds(), settings, board.Add);
        var last = await contestant.RunAsync(progress, cancellationToken);
        board.Finish();
        return new ContestResult(
            board, contestant.Table.Count, contestant.MemoryBytes, last.Examples / last.Elapsed.TotalSeconds, null);
    }

    private ScoreBoard Board(string name) => new(name, dataset.Count, settings.Window) { HasProbabilities = !dataset.DrawsNegatives };
}
