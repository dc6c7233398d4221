using System.Buffers;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Serving.Canary;

/// <summary>A copy of a request and of its answer; used again. Used by one thread at a time.</summary>
internal sealed class ShadowRequest
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1 << 12);
    private readonly List<int> _ends = [];
    private float[] _answered = [];

    /// <summary>The schema of what was answered.</summary>
    public FeatureSchema? Schema { get; private set; }

    /// <summary>The number of candidates.</summary>
    public int Rows => _ends.Count;

    /// <summary>What was answered, [candidates, tasks].</summary>
    public ReadOnlySpan<float> Answered => _answered.AsSpan(0, Rows * Schema!.Tasks.Count);

    /// <summary>The features of a candidate.</summary>
    public ReadOnlySpan<byte> Row(int row) => _bytes.WrittenSpan[(row == 0 ? 0 : _ends[row - 1]).._ends[row]];

    /// <exception cref="ArgumentException">There are more or fewer scores than candidates by tasks.</exception>
    /// <exception cref="ObjectDisposedException">The request was handed back.</exception>
    public void Take(PredictionRequest request, ReadOnlySpan<float> scores)
    {
        Schema = request.Schema;
        request.CopyRows(_bytes, _ends);
        if (scores.Length != Rows * Schema.Tasks.Count)
        {
            throw new ArgumentException(
                $"{Rows} candidates by {Schema.Tasks.Count} tasks are {Rows * Schema.Tasks.Count} scores, not {scores.Length}.",
                nameof(scores));
        }
        if (_answered.Length < scores.Length) _answered = new float[Math.Max(scores.Length, 2 * _answered.Length)];
        scores.CopyTo(_answered);
    }

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _ends.Clear();
        Schema = null;
    }
}
