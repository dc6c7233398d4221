using OnlineTraining.Contest;
using OnlineTraining.Data;
using Scoring;

namespace PredictionQuality;

/// <summary>Runs entrants over the same events, each with every seed.</summary>
internal static class Experiment
{
    private const int HeaderBytes = 16;

    /// <summary>The running mean of the item; it has no seed.</summary>
    public static async Task<(double Auc, double LogLoss)> RunItemMeanAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        var (log, mean) = (new ScoreLog(), new ItemMean(dataset.ItemSlot));
        using var contestant = new Contestant(dataset, new CollisionlessIds(), new ModelSettings { Kind = ModelKind.Logistic },
            (examples, _) => log.Add(examples, mean.Score(examples)));
        await contestant.RunAsync(null, cancellationToken);
        return (log.Auc(log.Count / 2), log.LogLoss(log.Count / 2));
    }

    /// <summary>Every prediction of one run, with its label.</summary>
    public static async Task<ScoreLog> ScoresAsync(Entrant entrant, CancellationToken cancellationToken)
    {
        var log = new ScoreLog();
        using var contestant = new Contestant(entrant.Dataset, new CollisionlessIds(), entrant.Settings, log.Add);
        await contestant.RunAsync(null, cancellationToken);
        return log;
    }

    public static async Task<Outcome> RunAsync(Entrant entrant, ulong seed, CancellationToken cancellationToken)
    {
        var log = new ScoreLog();
        IdSpace ids = entrant.HashedRows is { } rows ? new HashedIds(rows, seed) : new CollisionlessIds();
        using var contestant = new Contestant(entrant.Dataset, ids, entrant.Settings with { Seed = seed }, log.Add);
        var last = await contestant.RunAsync(null, cancellationToken);
        var bytes = entrant.HashedRows * (contestant.Table.RowBytes - HeaderBytes) ?? contestant.MemoryBytes;
        return new Outcome(log.Auc(log.Count / 2), log.LogLoss(log.Count / 2), entrant.HashedRows ?? contestant.Table.Count, bytes,
            last.Elapsed.TotalSeconds);
    }
}
