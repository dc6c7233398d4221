using Experiments.Data;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using Scoring;

namespace Experiments.Alternatives;

/// <summary>
/// ML.NET's field-aware factorization machine, fitted each night on the last thirty days, which predicts the day that follows.
/// </summary>
/// <param name="log">The events.</param>
/// <param name="dimension">The dimension of its vectors.</param>
/// <param name="seed">Of its first values.</param>
internal sealed class NightlyFactorization(EventLog log, int dimension, int seed)
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(30);

    private readonly long _heap = GC.GetTotalMemory(forceFullCollection: true);

    /// <summary>How many bytes the managed heap had grown by after a fit, at most; garbage that was not collected yet counts.</summary>
    public long MostBytes { get; private set; }

    /// <summary>Fits and predicts, day by day.</summary>
    /// <param name="first">The first event that is predicted.</param>
    /// <param name="scores">Receives the predictions.</param>
    /// <param name="cancellationToken">Stops before a fit.</param>
    public void Run(int first, ScoreLog scores, CancellationToken cancellationToken)
    {
        for (var place = first; place < log.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var midnight = new DateTimeOffset(log.TimeOf(place).UtcDateTime.Date, TimeSpan.Zero);
            // The day on which the part begins is predicted by what was known at its first event.
            var (from, end) = (log.FirstFrom(midnight - Window), log.FirstFrom(midnight.AddDays(1)));
            var known = place == first ? place : log.FirstFrom(midnight);
            PredictDay([.. Enumerable.Range(from, known - from)], [.. Enumerable.Range(place, end - place)], scores);
            place = end;
        }
    }

    private void PredictDay(int[] fitted, int[] day, ScoreLog scores)
    {
        var context = new MLContext(seed);
        var vectors = new FactorizationVectors(log, fitted);
        var schema = vectors.Schema();
        var training = context.Data.LoadFromEnumerable(fitted.Select(vectors.Row).ToList(), schema);
        var trainer = context.BinaryClassification.Trainers.FieldAwareFactorizationMachine(new FieldAwareFactorizationMachineTrainer.Options
        {
            FeatureColumnName = FactorizationVectors.Columns[0],
            ExtraFeatureColumns = [.. FactorizationVectors.Columns.Skip(1)],
            LabelColumnName = nameof(FactorizationRow.Label),
            LatentDimension = dimension,
        });
        using var machine = trainer.Fit(training);
        MostBytes = Math.Max(MostBytes, GC.GetTotalMemory(forceFullCollection: false) - _heap);
        var predicted = machine.Transform(context.Data.LoadFromEnumerable(day.Select(vectors.Row).ToList(), schema));
        var logits = context.Data.CreateEnumerable<FactorizationScore>(predicted, reuseRowObject: true, ignoreMissingColumns: true)
            .Select(row => row.Score).ToArray();
        for (var i = 0; i < day.Length; i++) scores.Add(logits[i], log.LabelOf(day[i]) ? 1 : 0);
    }
}
