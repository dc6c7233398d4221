using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Serving.Requests;

/// <summary>
/// What the candidates of a request were predicted beside their scores, until the request is written to. Not thread-safe.
/// </summary>
internal sealed class RequestOutputs(ModelOutputBlocks blocks)
{
    private bool _isPredicted;

    public IReadOnlyList<ModelOutput> Declared => blocks.Outputs;

    /// <summary>Makes room for a prediction. What a model leaves unwritten is NaN, and never of an earlier request.</summary>
    /// <exception cref="ArgumentOutOfRangeException">So many rows are more than an array holds; nothing changed.</exception>
    public ModelOutputBlocks Prepare(int rows)
    {
        blocks.Resize(rows);
        _isPredicted = false;
        for (var i = 0; i < Declared.Count; i++) blocks.Block(i).Fill(float.NaN);
        return blocks;
    }

    /// <summary>The prediction succeeded: the values may be read.</summary>
    public void Keep() => _isPredicted = true;

    public void Forget() => _isPredicted = false;

    /// <exception cref="KeyNotFoundException">There is no such output.</exception>
    public int PlaceOf(string name) => blocks.PlaceOf(name);

    /// <exception cref="ArgumentOutOfRangeException">There is no such output.</exception>
    /// <exception cref="InvalidOperationException">There was no prediction, or the request was written to after it.</exception>
    public ReadOnlySpan<float> Read(int place)
    {
        var values = blocks.Block(place);
        if (_isPredicted) return values;
        throw new InvalidOperationException(
            $"The request has no outputs: call {nameof(Predictor)}.{nameof(Predictor.PredictWithOutputs)} "
            + "after everything is written.");
    }
}
