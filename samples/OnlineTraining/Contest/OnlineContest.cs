using Monolith.Embeddings.Training;
using OnlineTraining.Data;

namespace OnlineTraining.Contest;

/// <summary>
/// Lets the model and its two baselines predict the same events in one run: each event is predicted, scored, and then learned.
/// </summary>
public sealed class OnlineContest(Dataset dataset, ModelSettings settings)
{
    /// <summary>The collisionless model, with the running mean of the item beside it on the same batches.</summary>
    /// <param name="progress">Told after every window.</param>
    /// <param name="cancellationToken">Stops after a batch.</param>
    public async Task<(ContestResult Model, ContestResult ItemMean)> RunModelAsync(
        IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var board = Board($"{Name(settings.Kind)}, collisionless");
        var meanBoard = Board("running mean of the item");
        var mean = new ItemMean(dataset.ItemSlot);
        using var contestant = new Contestant(dataset, new CollisionlessIds(), settings, (examples, logits) =>
        {
            board.Add(examples, logits);
            meanBoard.Add(examples, mean.Score(examples));
        });
        var last = await contestant.RunAsync(progress, cancellationToken);
        board.Finish();
        meanBoard.Finish();
        var model = new ContestResult(
            board, contestant.Table.Count, contestant.MemoryBytes, last.Examples / last.Elapsed.TotalSeconds, contestant.Profile);
        return (model, new ContestResult(meanBoard, null, null, null, null));
    }

    /// <summary>The same model on a table of fixed size, by the hashing trick.</summary>
    /// <param name="rows">The size of the table.</param>
    /// <param name="progress">Told after every window.</param>
    /// <param name="cancellationToken">Stops after a batch.</param>
    public async Task<ContestResult> RunHashedAsync(long rows, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var board = Board($"{Name(settings.Kind)}, hashed into {rows:N0} rows");
        // A table of fixed size has all its rows from the start, and none expires.
        var fixedSize = settings with { MinOccurrences = 1, TimeToLiveDays = null };
        using var contestant = new Contestant(dataset, new HashedIds(rows), fixedSize, board.Add);
        var last = await contestant.RunAsync(progress, cancellationToken);
        board.Finish();
        var bytes = rows * (contestant.Table.RowBytes - HeaderBytes);
        return new ContestResult(board, rows, bytes, last.Examples / last.Elapsed.TotalSeconds, contestant.Profile);
    }

    /// <summary>The name of a kind of model, for people.</summary>
    public static string Name(ModelKind kind) => kind switch
    {
        ModelKind.Logistic => "logistic regression",
        ModelKind.Fm => "FM",
        _ => "DeepFM",
    };

    // A flat array needs no key and no time beside a row.
    private const int HeaderBytes = 16;

    private ScoreBoard Board(string name) => new(name, dataset.Count, settings.Window);
}
