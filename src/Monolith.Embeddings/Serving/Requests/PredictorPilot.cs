using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Serving.Requests;

/// <summary>Asks a predictor about batches of examples. One thread's.</summary>
/// <param name="predictor">Answers.</param>
/// <param name="task">What is asked about.</param>
internal sealed class PredictorPilot(Predictor predictor, LabelTask task)
{
    private float[] _scores = [];

    /// <inheritdoc cref="Streams.PilotPrediction" />
    public void Predict(ExampleBatch examples, Span<float> probabilities)
    {
        using var request = predictor.Rent(examples.Rows);
        request.Schema.RequireOwn(task);
        for (var row = 0; row < examples.Rows; row++) Write(request.Add(), new ExampleView(examples, row), request.Schema);
        var tasks = request.Schema.Tasks.Count;
        var count = examples.Rows * tasks;
        if (_scores.Length < count) _scores = new float[count];
        predictor.Predict(request, _scores.AsSpan(0, count));
        for (var row = 0; row < examples.Rows; row++) probabilities[row] = _scores[row * tasks + task.Index];
    }

    /// <summary>Writes the features of an example to a candidate.</summary>
    public static void Write(FeatureWriter candidate, ExampleView example, FeatureSchema schema)
    {
        for (var i = 0; i < schema.WrittenSlots.Count; i++)
        {
            var slot = schema.WrittenSlots[i];
            var weights = example.IdWeights(slot);
            if (weights.IsEmpty) candidate.Ids(slot, example.Ids(slot));
            else candidate.Ids(slot, example.Ids(slot), weights);
        }
        var numbers = example.Numbers;
        for (var i = 0; i < numbers.Length; i++) candidate.Number(schema.Numbers[i], numbers[i]);
        var dense = example.Dense;
        for (var i = 0; i < dense.Length; i++) candidate.Dense(i, dense[i]);
    }
}
