using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;
using Scoring;

namespace PredictionQuality.NewItems;

/// <summary>What one run predicted, each rating before it was learned.</summary>
internal sealed class TrialScores
{
    private const int Impressions = 10, BatchSize = 16;

    /// <summary>The first ratings of new films.</summary>
    public ScoreLog First { get; } = new();

    /// <summary>Their first ten ratings.</summary>
    public ScoreLog FirstTen { get; } = new();

    /// <summary>All ratings.</summary>
    public ScoreLog All { get; } = new();

    /// <summary>Runs a trial. A film is new if it is first rated after the first fifth of the log, which is not scored.</summary>
    public static async Task<TrialScores> RunAsync(Trial trial, CategoryLog log, ulong seed, CancellationToken cancellationToken)
    {
        var (schema, scores, read, counts) = (trial.Schema(), new TrialScores(), 0, new Dictionary<long, int>());
        var from = log.Ratings.Length / 5;
        var known = log.Ratings[..from].Select(rating => rating.Item).ToHashSet();
        using var tables = new EmbeddingTableSet(schema, new() { Seed = seed, MemoryLimitBytes = 1L << 30 });
        using var model = trial.Create(schema);
        var source = ExampleSource.From(() => log.Ratings, log.Encoder(schema), BatchSize);
        await using var trainer = new OnlineTrainer(tables, model, source, options: new()
        {
            MaxDegreeOfParallelism = 1,
            WindowExamples = long.MaxValue,
            Scored = (batch, logits) =>
            {
                var labels = batch.Labels(schema.Tasks[0]);
                for (var row = 0; row < batch.Rows; row++, read++)
                {
                    if (read < from) continue;
                    scores.All.Add(logits[row], labels[row]);
                    var item = log.Ratings[read].Item;
                    if (known.Contains(item) || counts.GetValueOrDefault(item) == Impressions) continue;
                    if ((counts[item] = counts.GetValueOrDefault(item) + 1) == 1) scores.First.Add(logits[row], labels[row]);
                    scores.FirstTen.Add(logits[row], labels[row]);
                }
            },
        });
        await trainer.RunAsync(null, cancellationToken);
        return scores;
    }
}
