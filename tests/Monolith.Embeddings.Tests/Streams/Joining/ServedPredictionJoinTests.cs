using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>What was predicted when an impression was served stays with it, whichever examples a joiner makes of it.</summary>
public class ServedPredictionJoinTests
{
    private const long Start = 1_700_000_000_000;

    // Impression 1 has an action within its window; 2 has none.
    [TestCase(DelayedFeedback.Wait, FeedbackCorrection.None, 2)]
    [TestCase(DelayedFeedback.EarlyPositive, FeedbackCorrection.None, 2)]
    [TestCase(DelayedFeedback.FakeNegative, FeedbackCorrection.FakeNegativeCalibration, 3)]
    [TestCase(DelayedFeedback.FakeNegative, FeedbackCorrection.FakeNegativeWeighting, 3)]
    public async Task Each_example_of_an_impression_has_its_prediction_and_is_scored_by_it(
        DelayedFeedback feedback, FeedbackCorrection correction, int rows)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("items", row => row.Bias(new AdagradOptions()));
        var (item, click) = (builder.Slot("item", "items"), builder.Task("click", new() { Correction = correction }));
        var schema = builder.Build();
        var encoder = new ExampleEncoder<ScriptedRecord>(schema, (in ScriptedRecord record, ExampleWriter writer) =>
            writer.Id(item, record.Id).At(record.Time).ServedPrediction(click, Prediction(record.Id)));
        using var joiner = new OnlineJoiner<long, ScriptedRecord, ScriptedRecord>(
            JoinKeys.Int64, new(encoder, record => record.Key),
            new(click, record => record.Key, record => DateTimeOffset.FromUnixTimeMilliseconds(record.Time)),
            JoinerFixture.Options(options => options.Feedback = feedback));
        joiner.Add("log", new ScriptedLog([Impression(1), Impression(2), new(ScriptedKind.Action, 1, Start + 50, 0, 0, 1)], 0),
            JoinerFixture.Read);
        var metrics = new ProgressiveMetrics(schema, new() { AsServed = true });
        var labels = new List<(long Item, float Label)>();
        await foreach (var batch in joiner.ReadAsync(StreamPosition.Start, default))
        {
            using var _ = batch;
            for (var row = 0; row < batch.Rows; row++)
            {
                labels.Add((batch.Ids(item)[row], batch.Labels(click)[row]));
                Assert.That(batch.ServedPredictions(click)[row], Is.EqualTo(Prediction(batch.Ids(item)[row])));
            }
            metrics.Add(batch, new float[batch.Rows]);
        }
        Assert.That(labels, Is.SupersetOf(new[] { (1L, 1f), (2L, 0f) }).And.Count.EqualTo(rows));
        var total = metrics.Total(click);
        Assert.That((total.Examples, total.AsServed), Is.EqualTo((rows, rows)));
        // The chance that a row of the stream is positive: of fake negatives, p / (1 + p) of what was served.
        var loss = labels.Sum(row => -Math.Log(row.Label == 1 ? Stream(row.Item) : 1 - Stream(row.Item)));
        Assert.That(total.LogLoss, Is.EqualTo(loss / rows).Within(1e-6));

        double Stream(long id) => rows == 2 ? Prediction(id) : Prediction(id) / (1 + (double)Prediction(id));
    }

    private static float Prediction(long id) => id / 8f;

    private static ScriptedRecord Impression(long id) => new(ScriptedKind.Impression, id, Start + id, id, 0, 0);
}
