using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Ranking;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private readonly PrequentialRanking? _ranking;

    /// <summary>
    /// How the items of positive examples were ranked before they were learned; null without <see cref="OnlineTrainerOptions.Ranking"/>. To
    /// be read by the thread that trains, as in a report or a callback; total and window are in reports too.
    /// </summary>
    public RankingMetrics? Ranking => _ranking?.Metrics;

    private static PrequentialRanking? RankingOf(OnlineTrainerOptions options, TableSet tables, OnlineModel model, ExampleSource source) =>
        options.Ranking is { } ranking
            ? new PrequentialRanking(ranking, tables, model, model.Schema, options.MaxDegreeOfParallelism)
            : null;

    private void RankBeforeLearning(ExampleBatch batch)
    {
        if (_ranking is null) return;
        _ranking.Rank(batch);
        Profile.End(TrainingPhase.Other);
    }
}
